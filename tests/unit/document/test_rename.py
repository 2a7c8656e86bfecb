"""Another title or uid for a document, in each wrapping."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dashkit.document.read import as_resource, read_document, read_v2
from dashkit.document.rename import renamed, uid_of
from tests.support.dynamic import board, grid

CLASSIC = {"uid": "a", "title": "A", "panels": [], "__inputs": []}
CLASSIC_FORMS = {
    "plain": CLASSIC,
    "an answer of the API": {"dashboard": CLASSIC, "meta": {"folderUid": "f"}},
    "a resource": {
        "apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": "a"},
        "spec": {"title": "A", "panels": []},
    },
}  # fmt: skip


@pytest.mark.parametrize("form", CLASSIC_FORMS)
def test_a_classic_document_gets_what_is_given_and_keeps_the_rest(form: str) -> None:
    value = CLASSIC_FORMS[form]
    before = copy.deepcopy(value)
    both = renamed(value, title="B", uid="b")
    assert value == before
    assert (uid_of(both), read_document(both).spec["title"], read_document(both).spec["uid"]) == ("b", "B", "b")
    assert read_document(renamed(both, uid="c")).spec["title"] == "B"
    assert uid_of(renamed(both, title="C")) == "b"
    assert renamed(value) == value


def test_a_v2_document_gets_a_resource_around_it_if_it_has_none() -> None:
    bare = board(grid(1))
    for value in (bare, as_resource("a", "v2beta1", bare)):
        made = read_v2(renamed(value, title="T", uid="t"))
        assert made is not None
        assert (made.uid, made.schema, made.spec["title"]) == ("t", "v2beta1", "T")
        assert made.spec["elements"] == bare["elements"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        "x",
        [],
        {"apiVersion": "a", "spec": 7},
        {"apiVersion": "a", "spec": {}, "metadata": 5},
        {"dashboard": 3},
    ],
)
def test_what_is_no_dashboard_comes_back_for_the_reader_to_refuse(value: Any) -> None:
    assert uid_of(value) == ""
    assert isinstance(renamed(value, title="T"), type(value))
