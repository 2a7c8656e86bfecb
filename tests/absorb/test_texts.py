"""Literals that say something else: what Python reads in the new code, and what stays of the old one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashkit.absorb.texts import within

_VALUES = {"x": "one", "y": 'two "2"', "z": ""}
TEXTS = st.text("ab {}%\\'\"\n\tüé🎉", max_size=8)
PREFIXES = st.sampled_from(["", "f", "r", "rf", "F", "u"])
QUOTES = st.sampled_from(["'", '"', "'''", '"""'])


def literal(prefix: str, quote: str, parts: list[str]) -> str:
    """A literal in which the names in braces are computed, if it is an f-string."""
    told = []
    for part in parts:
        computed = "f" in prefix.lower() and part in ("{x}", "{y}", "{z}")
        text = part.replace("{", "{{").replace("}", "}}") if "f" in prefix.lower() and not computed else part
        if "r" not in prefix.lower() and not computed:
            text = text.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}")
            text = text if len(quote) == 3 else text.replace("\n", "\\n")
        told.append(text)
    return f"{prefix}{quote}{''.join(told)}{quote}"


PARTS = st.lists(TEXTS | st.sampled_from(["{x}", "{y}", "{z}"]), max_size=4)
LITERALS = st.builds(literal, PREFIXES, QUOTES, PARTS)
CODES = st.lists(LITERALS, min_size=1, max_size=3).flatmap(
    lambda found: st.sampled_from([" ", "\n    ", "  # a comment\n    "]).map(lambda between: between.join(found))
)


def said(code: str) -> str | None:
    """What code says; None if it is none, or says no text."""
    try:
        found = eval(f"({code}\n)", dict(_VALUES))
    except SyntaxError:
        return None
    return found if isinstance(found, str) else None


@given(CODES, st.data())
def test_a_changed_literal_says_the_other_text(code: str, data: st.DataObject) -> None:
    old = said(code)
    assume(old is not None)
    at = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(at, min(len(old), at + 3)))
    new = old[:at] + data.draw(TEXTS) + old[end:]
    found = [said(one) for one in within(code, old, new)]
    # Where a computed part says the same as a literal one, it may have been the other one: that is found out by trying.
    assert None not in found
    if not any(name in code for name in "xyz"):
        assert set(found) <= {new}


@pytest.mark.parametrize(
    ("code", "new", "wanted"),
    [
        ('"sum(up)"', "max(up)", '"max(up)"'),
        ("'sum(up)'", "it's", "'it\\'s'"),
        ('"caf\\u00e9 \\t one"', "café \t two", '"caf\\u00e9 \\t two"'),
        ('"sum(up) " "by (job)"', "sum(up) by (pod)", '"sum(up) " "by (pod)"'),
        ('f"{x} up{{}}" "!"', "one down{}!", 'f"{x} down{{}}" "!"'),
        ('f"{x}"', "one!", 'f"{x}!"'),
        ("rf'\\d{x}'", "\\done+", "rf'\\d{x}+'"),
        ('"""one\ntwo"""', "one\nthree", '"""one\nthree"""'),
        ('"""\n    sum(up)\n    by (job)\n"""', "sum(up) by (job, pod)", '"""\n    sum(up)\n    by (job, pod)\n"""'),
        ('f"""\n    sum({x})\n    by (job)\n"""', "max(one) by (job)", 'f"""\n    max({x})\n    by (job)\n"""'),
        ('"""\n    sum(up)\n    by (job)\n"""', "sum(up) > 0", '"""\n    sum(up)\n    > 0\n"""'),
    ],
)
def test_what_stands_around_a_change_stays_as_it_is_written(code: str, new: str, wanted: str) -> None:
    old = said(code)
    assert old is not None
    told = " ".join(old.split()) if "sum" in code and "\n" in code else old
    assert next(within(code, told, new)) == wanted


@pytest.mark.parametrize(
    ("form", "code", "old", "new", "wanted"),
    [
        ("%", '"sum(%s) > %d%%"', "sum(up) > 5%", "max(up) > 5%", '"max(%s) > %d%%"'),
        ("%", '"%(a)s x"', "1 x", "1 y%", '"%(a)s y%%"'),
        ("{", '"sum({}) {{job}}"', "sum(up) {job}", "sum(up) {pod}", '"sum({}) {{pod}}"'),
        ("{", '"{0!r:>3} x"', "'a' x", "'a' y", '"{0!r:>3} y"'),
    ],
)
def test_a_template_is_changed_beside_its_fields(form: str, code: str, old: str, new: str, wanted: str) -> None:
    assert next(within(code, old, new, form)) == wanted


@pytest.mark.parametrize("code", ["x", 'b"bytes"', '"a" + "b"', 'f"{x=}"', "", '"'])
def test_what_is_no_literal_is_left(code: str) -> None:
    assert list(within(code, "ab", "ac")) == []
