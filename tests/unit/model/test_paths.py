"""Paths to places inside an object."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashkit.model.paths import at, keys_of, path_of


@given(st.lists(st.text(), min_size=1))
def test_a_path_has_the_keys_that_it_was_made_of(keys: list[str]) -> None:
    assert keys_of(path_of(keys)) == keys


def test_a_place_is_found_in_objects_and_lists_and_nothing_is_found_beside_it() -> None:
    settings = {"headers": [{"a.b": "x"}], "url": "u"}
    assert at(settings, "headers.0.a~1b") == "x"
    assert [at(settings, path) for path in ("headers.1.a~1b", "headers.a", "url.0", "nowhere")] == [None] * 4
