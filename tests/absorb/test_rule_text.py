"""An edit of what a template says, made in the template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.absorb.text import patched

WORDS = st.lists(st.sampled_from(["rate", "sum", "by", "pod", "errors", "5m", "total"]), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("template", "old", "new", "wanted"),
    [
        ("rate(x[$__rate_interval])", "rate(x[5m])", "rate(y[5m])", "rate(y[$__rate_interval])"),
        ("rate(x[$__rate_interval])", "rate(x[5m])", "sum(rate(x[5m]))", "sum(rate(x[$__rate_interval]))"),
        ("sum(\n    rate(x)\n)", "sum( rate(x) )", "sum( rate(y) )", "sum(\n    rate(y)\n)"),
        ("{job=$job} + {job=$job}", "{job=a} + {job=a}", "{job=a} + {pod=a}", "{job=$job} + {pod=$job}"),
        ("more than {limit}.", "more than 5.", "more than 5 now.", "more than {limit} now."),
        ("[pod] is slow", "[pod] is slow", "[pod] is very slow", "[pod] is very slow"),
        ("a b", "a b", "", ""),
    ],
)
def test_a_change_is_made_around_what_the_template_has_of_its_own(
    template: str, old: str, new: str, wanted: str
) -> None:
    assert patched(template, old, new) == wanted


def test_a_change_of_what_the_template_does_not_say_is_not_made() -> None:
    assert patched("rate(x[$__rate_interval])", "rate(x[5m])", "rate(x[7m])") is None


@given(WORDS, WORDS)
def test_a_text_that_says_the_same_becomes_the_new_one(old: str, new: str) -> None:
    assert patched(old, old, new) == (new if old or not new else None)
