"""The families of units of numbers: what stands behind them, and in what steps they grow."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from dashkit.preview.units import numerals
from dashkit.preview.units.text import Text, just

Formatter = Callable[[float, int | None], Text]
"""Returns what is shown for a number, with so many decimals or with as many as make sense."""

_SI = ("f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_SHORT = ("", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept")
_COUNT = ("", "K", "M", "B", "T")
#: As many decimals at most, if nobody says how many.
_LOCALE_DECIMALS = 3
_FINANCIAL_DECIMALS = 1


def suffixed(suffix: str) -> Formatter:
    """Show the number as it is, with something behind it."""
    return lambda value, decimals: Text("", numerals.fixed(value, decimals), suffix)


def prefixed(prefix: str) -> Formatter:
    """Show the number as it is, with something before it."""
    return lambda value, decimals: Text(prefix, numerals.fixed(value, decimals), "")


def percent_of_one(value: float, decimals: int | None) -> Text:
    """Show a share of one as a percentage."""
    return Text("", numerals.fixed(100 * value, decimals), "%")


def si(unit: str, prefix: str = "") -> Formatter:
    """Show so many thousands, millions, or thousandths of a unit. What comes in has the prefix already."""
    return _scaled(1000, [f" {step}{unit}" for step in _SI], _SI.index(prefix))


def si_of(unit: str) -> Formatter:
    """Show a unit of one's own: ``W``, or ``ks`` for thousands of seconds."""
    known = unit[:1].replace("μ", "µ")  # two letters that look alike
    return si(unit[1:], known) if known and known in _SI else si(unit)


def binary(unit: str, prefix: str = "") -> Formatter:
    """Show so many times 1024 of a unit. What comes in has the prefix already."""
    return _scaled(1024, [f" {step}{unit}" for step in _BINARY], _BINARY.index(prefix))


def count(unit: str) -> Formatter:
    """Show how many thousands, millions, billions there are of something."""
    return _scaled(1000, [f"{step} {unit}" for step in _COUNT], 0)


def currency(symbol: str, *, behind: bool = False) -> Formatter:
    """Show an amount of money. The sign stands before the symbol."""
    scaled = _scaled(1000, _COUNT, 0)

    def shown(value: float, decimals: int | None) -> Text:
        _, text, step = scaled(abs(value), decimals)
        sign = "-" if value < 0 else ""
        return Text(sign, text, f"{step}{symbol}") if behind else Text(f"{sign}{symbol}", text, step)

    return shown


def financial(symbol: str, *, behind: bool = False) -> Formatter:
    """Show an amount of money in full."""

    def shown(value: float, decimals: int | None) -> Text:
        most = _FINANCIAL_DECIMALS if decimals is None else decimals
        text = numerals.grouped(value, most, all_decimals=decimals is not None)
        return Text("", text, symbol) if behind else Text(symbol, text, "")

    return shown


def money(symbol: str) -> Formatter:
    """Show an amount of money; ``financial:€``, or ``financial:€:suffix``, is one in full."""
    own = symbol.removeprefix("financial:")
    if own == symbol:
        return currency(symbol)
    symbol, _, place = own.partition(":")
    return financial(symbol, behind=place == "suffix")


def words(pair: str) -> Formatter:
    """Show two words of one's own: ``ready/busy``."""
    yes, slash, no = pair.partition("/")
    return yes_or_no(yes, no if slash else "-")


def yes_or_no(yes: str, no: str) -> Formatter:
    """Show one word for zero and one for everything else."""
    texts = just(no), just(yes)
    return lambda value, _: texts[value != 0]


def plain(value: float, _: int | None) -> Text:
    """Show the number with all its digits."""
    return just(numerals.written(value))


def grouped(value: float, decimals: int | None) -> Text:
    """Show the number with commas between thousands."""
    return just(numerals.grouped(value, _LOCALE_DECIMALS if decimals is None else decimals))


def scientific(value: float, decimals: int | None) -> Text:
    """Show the number as a power of ten."""
    return just(numerals.scientific(value, decimals))


def hexadecimal(mark: str) -> Formatter:
    """Show the number in base 16."""
    return lambda value, decimals: just(numerals.hexadecimal(value, decimals, mark))


def _scaled(factor: float, suffixes: Sequence[str], base: int) -> Formatter:
    """Divide by the largest power of ``factor`` that has a suffix; that of the number itself is number ``base``."""
    size_of_step = math.log(factor)
    last = len(suffixes) - 1

    def shown(value: float, decimals: int | None) -> Text:
        if not math.isfinite(value):
            return just(numerals.fixed(value, decimals))
        step = base
        if value:
            step = min(max(base + math.floor(math.log(abs(value)) / size_of_step), 0), last)
        return Text("", numerals.fixed(value / factor ** (step - base), decimals), suffixes[step])

    return shown


short = _scaled(1000, _SHORT, 0)
psi = _scaled(1000, ("psi", "ksi", "Mpsi"), 0)
