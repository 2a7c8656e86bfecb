"""Lines of places in a JSON text, and digests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from dashkit import _json

TEXT = b"""{
  "title": "x { \\" [",
  "a/b": [1,
   {"c~": "}{"},
   [2, 3]],
  "panels": [{"id": 1,
     "targets": [{"expr": "a"},
        {"expr": "b"}]}]
}"""


def test_the_line_of_a_pointer() -> None:
    wanted = {"": 1, "/title": 2, "/a~1b": 3, "/a~1b/1/c~0": 4, "/a~1b/2/1": 5, "/panels/0/targets/1/expr": 8}
    assert _json.lines(TEXT, wanted) == wanted


def test_a_place_that_is_not_there_is_where_it_would_be() -> None:
    assert _json.lines(TEXT, ["/panels/0/title", "/nowhere/at/all"]) == {"/panels/0/title": 6, "/nowhere/at/all": 1}


VALUES = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=12,
)


@given(VALUES)
def test_every_place_of_any_document_is_found(value: object) -> None:
    text = json.dumps(value, indent=1)
    rows = text.split("\n")
    places = dict(_places(value, ""))
    for pointer, line in _json.lines(text.encode(), places).items():
        leaf = places[pointer]
        if not isinstance(leaf, dict | list):
            assert json.dumps(leaf) in rows[line - 1]


def _places(value: object, pointer: str) -> list[tuple[str, object]]:
    found = [(pointer, value)]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        found += _places(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@example(-0.0)
@example([5.0, "5.0,"])
@example({"a": 1e15, "b": 2.5})
def test_a_plain_digest_is_that_of_the_value_with_plain_numbers(value: Any) -> None:
    assert _json.plain_digest(value) == _json.digest(_json.plain_numbers(value))
