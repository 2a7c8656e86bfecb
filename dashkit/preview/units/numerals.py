"""Numbers as texts, rounded and written as Grafana's JavaScript does it."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

#: Doubles hold any decimal number of so many digits.
_SAFE_DIGITS = 1e15
#: The largest power of ten that a double holds exactly.
_EXACT_POWER = 22
#: Beyond, a power of ten is no double.
_LARGEST_POWER = 300


def written(value: float) -> str:
    """Return a number with as few digits as tell it from its neighbours: ``0.1``, ``1e-7``, ``1e+21``."""
    if not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    size = abs(value)
    text = repr(float(value))
    if 1e-4 <= size < 1e16:
        return text.removesuffix(".0")
    if size == 0:
        return "0"
    if 1e-6 <= size < 1e21:
        return format(Decimal(text), "f")
    digits, _, exponent = text.partition("e")
    return f"{digits}e{int(exponent):+d}"


def rounded(value: float) -> int:
    """Return the nearest whole number, the larger of two that are equally near."""
    below = math.floor(value)
    return below + (value - below >= 0.5)


def fixed(value: float, decimals: int | None) -> str:
    """Return a number with so many decimals, or with those of three significant digits."""
    if not math.isfinite(value):
        return "NaN" if value != value else "∞" if value > 0 else "-∞"
    if value == 0:
        return f"{0:.{decimals or 0}f}"
    if decimals is None:
        decimals = 0 if value % 1 == 0 else max(0, 2 - math.floor(math.log(abs(value)) / math.log(10)))
    factor: float = 10.0 ** min(decimals, _LARGEST_POWER)
    steps = value * factor
    if decimals > _LARGEST_POWER or not math.isfinite(steps):
        return written(value)
    count = rounded(steps)
    result = count / factor
    if abs(count) < _SAFE_DIGITS and decimals <= _EXACT_POWER and (abs(result) >= 1e-6 or not count):
        return f"{result:.{decimals}f}"
    text = written(result)
    if "e" in text or not decimals:
        return text
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<{decimals}}"


def grouped(value: float, decimals: int, *, all_decimals: bool = False) -> str:
    """Return a number with commas between thousands, and no zeros at its end unless all decimals are to be there."""
    if not math.isfinite(value):
        return fixed(value, decimals)
    places = Decimal(1).scaleb(-decimals)
    exact = Decimal(repr(float(value)))
    # As many digits as the number and its decimals need; the default of 28 would be an error for large ones.
    wide = Context(prec=max(exact.adjusted(), 0) + decimals + 2)
    text = format(exact.quantize(places, ROUND_HALF_UP, wide), ",f")
    return text if all_decimals or "." not in text else text.rstrip("0").rstrip(".")


def ordinal(number: int) -> str:
    """Return a number as a place in a row: ``1st``."""
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else _ENDINGS.get(number % 10, 'th')}"


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def scientific(value: float, decimals: int | None) -> str:
    """Return a number as a power of ten: ``1.5e+3``."""
    if not math.isfinite(value):
        return written(value)
    exact = Decimal(repr(float(value))) if decimals is None else Decimal(float(value))
    if decimals is not None:
        exact = Context(prec=decimals + 1, rounding=ROUND_HALF_UP).plus(exact)
    sign, digits, _ = exact.as_tuple()
    fraction = "".join(map(str, digits[1:]))
    fraction = fraction.rstrip("0") if decimals is None else f"{fraction:0<{decimals}}"
    exponent = exact.adjusted() if exact else 0
    return f"{'-' if sign else ''}{digits[0]}{'.' if fraction else ''}{fraction}e{exponent:+d}"


def hexadecimal(value: float, decimals: int | None, mark: str = "") -> str:
    """Return a rounded number in base 16, with ``mark`` behind its sign."""
    if not math.isfinite(value):
        return f"{mark}NAN"
    number = float(fixed(value, decimals))
    numerator, denominator = abs(number).as_integer_ratio()
    whole, rest = divmod(numerator, denominator)
    # The denominator is a power of two: so many digits hold the rest exactly.
    length = (denominator.bit_length() + 2) // 4
    fraction = f".{rest * 16**length // denominator:0{length}X}" if rest else ""
    return f"{'-' if number < 0 else ''}{mark}{whole:X}{fraction.rstrip('0')}"
