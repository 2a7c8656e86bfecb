"""What changed in the source and what changed in Grafana come together."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.document.walk import panels
from dashkit.quiet.alike import look_alike
from dashkit.quiet.merge import holds, merged, merged_documents
from dashkit.quiet.panels import quiet
from dashkit.quiet.threeway import Merge
from tests.support.project import classic_dashboards

Json = dict[str, Any]
Change = Callable[[Json], None]
DASHBOARDS = classic_dashboards()


def form(spec: Json) -> Json:
    return quiet(spec)[0]


def changed(spec: Json, *changes: Change) -> Json:
    result = deepcopy(spec)
    for change in changes:
        change(result)
    return result


def of_panel(spec: Json, index: int) -> Json:
    found = [placed.panel for placed in panels(spec) if placed.panel["type"] != "row"]
    return found[index % len(found)]


def described(index: int, text: str) -> Change:
    return lambda spec: of_panel(spec, index).update(description=text)


def unit(index: int, value: str) -> Change:
    def change(spec: Json) -> None:
        of_panel(spec, index).setdefault("fieldConfig", {}).setdefault("defaults", {})["unit"] = value

    return change


def tagged(tag: str) -> Change:
    return lambda spec: spec.update(tags=sorted({*spec.get("tags", []), tag}))


EDITS = st.one_of(
    st.builds(described, st.integers(0, 40), st.sampled_from(["a", "b"])),
    st.builds(unit, st.integers(0, 40), st.sampled_from(["s", "ms"])),
    st.builds(tagged, st.sampled_from(["x", "y"])),
)


@given(st.sampled_from(DASHBOARDS), st.lists(EDITS, max_size=4))
def test_what_only_one_side_changed_is_taken(dashboard: Any, edits: list[Change]) -> None:
    base, other = form(dashboard.spec), form(changed(dashboard.spec, *edits))
    for source, live in ((base, other), (other, base), (other, other)):
        both, conflicts = merged(base, source, live)
        assert not conflicts
        assert look_alike(both, other)


@given(st.sampled_from(DASHBOARDS), st.data())
def test_edits_of_different_panels_come_together_whatever_they_are(dashboard: Any, data: st.DataObject) -> None:
    count = sum(placed.panel["type"] != "row" for placed in panels(dashboard.spec))
    one, other = data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    first, second = (unit(one, "s"), described(one, "One.")), (unit(other, "ms"), described(other, "Other."))
    both, conflicts = merged(
        form(dashboard.spec), form(changed(dashboard.spec, *first)), form(changed(dashboard.spec, *second))
    )
    assert not conflicts
    assert look_alike(both, form(changed(dashboard.spec, *first, *second)))


@given(st.sampled_from(DASHBOARDS), st.lists(EDITS, max_size=3), st.lists(EDITS, max_size=3))
def test_a_source_with_all_edits_holds_them_and_one_without_does_not(
    dashboard: Any, edits: list[Change], more: list[Change]
) -> None:
    spec = dashboard.spec
    live = changed(spec, *edits)
    assert holds(spec, live, live)
    assert holds(spec, changed(live, *more), spec)
    if not look_alike(spec, live):
        assert not holds(spec, spec, live)


def test_what_both_sides_changed_is_a_conflict_with_all_three_values() -> None:
    spec = DASHBOARDS[0].spec
    index = next(
        number for number, placed in enumerate(one for one in panels(spec) if one.panel["type"] != "row")
        if "unit" in placed.panel.get("fieldConfig", {}).get("defaults", {})
    )  # fmt: skip
    was = of_panel(spec, index)["fieldConfig"]["defaults"]["unit"]
    _, (conflict,) = merged(form(spec), form(changed(spec, unit(index, "m"))), form(changed(spec, unit(index, "h"))))
    assert (conflict.base, conflict.source, conflict.live) == (was, "m", "h")
    assert conflict.what == f"panel {of_panel(spec, index)['title']!r}: fieldConfig.defaults.unit"


def board(*placed: tuple[int, str, int, int]) -> Json:
    """Panels by id, title, x and y."""
    return {
        "title": "T",
        "panels": [
            {"id": number, "type": "text", "title": title, "gridPos": {"x": x, "y": y, "w": 6, "h": 3}}
            for number, title, x, y in placed
        ],
    }


def test_panels_moved_on_both_sides_are_a_conflict() -> None:
    base = board((1, "A", 0, 0), (2, "B", 6, 0), (3, "C", 12, 0))
    ours = board((2, "B", 0, 0), (1, "A", 6, 0), (3, "C", 12, 0))
    theirs = board((3, "C", 0, 0), (2, "B", 6, 0), (1, "A", 12, 0))
    _, conflicts = merged(base, ours, theirs)
    assert [one.what for one in conflicts] == ["the places of panels"]


def test_a_panel_that_one_side_added_and_one_that_the_other_edited_are_both_there() -> None:
    base = board((1, "A", 0, 0))
    both, conflicts = merged(base, board((1, "A", 0, 0), (2, "B", 6, 0)), board((1, "Renamed", 0, 0)))
    assert not conflicts
    assert [panel["title"] for panel in both["panels"]] == ["Renamed", "B"]


def test_a_panel_that_was_removed_here_and_edited_there_is_a_conflict() -> None:
    base = board((1, "A", 0, 0), (2, "B", 6, 0))
    _, conflicts = merged(base, board((2, "B", 0, 0)), board((1, "Edited", 0, 0), (2, "B", 6, 0)))
    assert conflicts


def test_a_title_that_makes_another_id_in_the_source_is_still_the_same_panel() -> None:
    base = board((1, "A", 0, 0))
    live = deepcopy(base)
    live["panels"][0]["description"] = "Edited."
    both, conflicts = merged(base, board((9, "Renamed", 0, 0)), live)
    assert not conflicts
    assert both["panels"] == [{**board((9, "Renamed", 0, 0))["panels"][0], "description": "Edited."}]


@pytest.mark.parametrize(
    ("base", "source", "live", "wanted"),
    [
        (["a", "b"], ["a", "b", "c"], ["b"], ["b", "c"]),
        (["a"], ["a", "x"], ["a", "y"], ["a", "x", "y"]),
        (["a"], [], ["a", "y"], ["y"]),
    ],
)
def test_tags_are_merged_one_by_one(base: list[str], source: list[str], live: list[str], wanted: list[str]) -> None:
    assert Merge().value("tags", base, source, live) == wanted


def test_an_order_that_only_grafana_changed_is_kept_in_what_is_called_tags_elsewhere() -> None:
    merge = Merge()
    merge.value("panel 'A': options.tags", ["a", "b"], ["a", "b", "c"], ["b", "a"])
    assert [one.what for one in merge.conflicts] == ["panel 'A': options.tags"]


def test_variables_are_merged_by_their_names_in_the_order_of_the_side_that_has_another_one() -> None:
    def named(*names: str) -> list[Json]:
        return [{"name": name} for name in names]

    merge = Merge()
    found = merge.value("templating.list", named("a", "b"), named("a", "new", "b"), named("b", "a"))
    assert [one["name"] for one in found] == ["b", "a", "new"]
    assert not merge.conflicts


def test_documents_of_the_v2_schema_are_merged_element_by_element() -> None:
    def document(unit: str, title: str) -> Json:
        return {"title": title, "elements": {"a": {"spec": {"unit": unit}}}, "layout": {"kind": "GridLayout"}}

    both, conflicts = merged_documents(document("s", "T"), document("ms", "T"), document("s", "Renamed"))
    assert not conflicts
    assert both == document("ms", "Renamed")


def listed(key: str, *names: str) -> list[Json]:
    return [{key: name, "says": f"{name} before"} for name in names]


@pytest.mark.parametrize(("name", "key"), [("targets", "refId"), ("transformations", "id"), ("list", "name")])
@pytest.mark.parametrize(
    ("source", "live"),
    [("bac", "acb"), ("bca", "cba"), ("bacn", "nabc")],
)
def test_an_order_that_both_sides_changed_is_a_conflict(name: str, key: str, source: str, live: str) -> None:
    merge = Merge()
    merge.value(name, listed(key, *"abc"), listed(key, *source), listed(key, *live))
    assert merge.conflicts


@pytest.mark.parametrize(("source", "live"), [("bac", "bacn"), ("bac", "ab"), ("bca", "abcn"), ("abcn", "bac")])
def test_an_order_that_one_side_changed_is_taken(source: str, live: str) -> None:
    merge = Merge()
    merge.value("targets", listed("refId", *"abc"), listed("refId", *source), listed("refId", *live))
    assert not merge.conflicts


def test_what_was_removed_here_and_got_another_name_there_is_a_conflict() -> None:
    base, live = listed("title", "a", "b", "c"), listed("title", "a", "b")
    renamed = [*listed("title", "a", "b"), {"title": "new", "says": "c before"}]
    merge = Merge()
    merge.value("links", base, renamed, live)
    assert merge.conflicts


@given(
    st.permutations("abcd"), st.permutations("abcd"), st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd"))
)
def test_a_source_that_holds_an_edit_has_its_order(
    ours: list[str], theirs: list[str], gone: set[str], left: set[str]
) -> None:
    def transformed(names: list[str]) -> Json:
        panel = board((1, "A", 0, 0))["panels"][0] | {"transformations": listed("id", *names)}
        return {"title": "T", "schemaVersion": 42, "panels": [panel]}

    source, live = [one for one in ours if one not in gone], [one for one in theirs if one not in left]
    if holds(transformed(list("abcd")), transformed(source), transformed(live)):
        both = [one for one in live if one in source]
        before = [one for one in "abcd" if one in both]
        assert set(source) <= set(live)
        assert both == [one for one in source if one in both] or both == before
