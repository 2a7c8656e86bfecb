"""Texts on several lines: Markdown keeps what it would keep."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashkit.authoring.texts import folded


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a\n    b\n", "a b"),
        ("\n    One.\n    More.\n\n\n    Two.\n", "One. More.\n\nTwo."),
        ("Good:\n- below 1\n- or none\n  at all", "Good:\n- below 1\n- or none at all"),
        ("# Title\ntext\n1. first\n2) second", "# Title\ntext\n1. first\n2) second"),
        ("a -1\n-1 b", "a -1\n-1 b"),
        ("", ""),
    ],
    ids=["line", "paragraphs", "list", "numbers", "minus", "empty"],
)
def test_paragraphs_and_items_keep_their_lines(text: str, result: str) -> None:
    assert folded(text) == result


@example("\n1\n# ")
@given(st.text(alphabet="ab -#1.\n\t*", max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
