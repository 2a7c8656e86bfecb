"""What the regex of a variable makes of the values that its query found."""

from __future__ import annotations

import pytest

from dashkit.lint.variable_options import in_order, options_of


@pytest.mark.parametrize(
    ("regex", "options"),
    [
        ("", ["eu-1:EU", "us-1:US", "eu-1:EU"]),
        ("/^eu/", ["eu-1:EU"]),
        ("eu", []),
        ("/(eu|us)-/", ["eu", "us"]),
        ("/(?<text>[A-Z]+)/", ["EU", "US"]),
        ("/(?<value>.*):(?<text>.*)/", ["EU=eu-1", "US=us-1"]),
        ("/(?<text>[A-Z]+)|(?<value>^[a-z]+)/g", ["EU=eu", "US=us"]),
        ("/([a-z])/g", ["e", "u", "s"]),
        ("/(unclosed/", ["eu-1:EU", "us-1:US"]),
    ],
)
def test_options_are_what_the_regex_names(regex: str, options: list[str]) -> None:
    found = options_of(["eu-1:EU", "us-1:US", "eu-1:EU"], regex)
    written = [one.value if one.text == one.value else f"{one.text}={one.value}" for one in found]
    assert written == list(dict.fromkeys(options))


def test_variables_come_after_what_they_need() -> None:
    needs = {"a": {"b"}, "b": {"c", "elsewhere", "b"}, "c": set(), "d": set()}
    assert list(in_order(needs, str, lambda name: needs[name])) == ["c", "d", "b", "a"]


def test_variables_that_need_each_other_come_all_the_same() -> None:
    needs = {"a": {"b"}, "b": {"a"}, "c": {"b"}}
    assert list(in_order(needs, str, lambda name: needs[name])) == ["a", "b", "c"]
