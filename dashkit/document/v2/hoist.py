"""Make the variables of rows and tabs variables of the whole dashboard, for a Grafana that knows no others."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from dashkit.document.v2.loose import items, mapping, spec_of, text
from dashkit.document.v2.losses import Loss, Spot
from dashkit.document.v2.settings import scoped_variables


def hoist(spec: dict[str, Any]) -> tuple[dict[str, Any], tuple[Loss, ...]]:
    """Return a spec without variables of rows and tabs, and what that loses. The one that is passed stays as it is."""
    if next(scoped_variables(spec), None) is None:
        return spec, ()
    losses: list[Loss] = []
    own = copy.deepcopy(spec)
    scoped = list(_scoped(mapping(own.get("layout")), Spot(losses).at("layout")))
    known = {
        text(spec_of(entry).get("name")): entry for entry in items(own.get("variables")) if isinstance(entry, dict)
    }
    for entry, spot in scoped:
        name = text(spec_of(entry).get("name"))
        if name not in known:
            known[name] = entry
            own["variables"] = [*items(own.get("variables")), entry]
            spot.lose(f"its variable ${name} becomes one of the whole dashboard")
        elif known[name] != entry:
            spot.lose(f"its variable ${name} is dropped: another one has the name in the whole dashboard")
    return own, tuple(losses)


def _scoped(layout: dict[str, Any], spot: Spot) -> Iterator[tuple[dict[str, Any], Spot]]:
    """Remove and yield the variables of rows and tabs, the outermost first, each with its place."""
    spec = layout.get("spec")
    for key, word in (("rows", "row"), ("tabs", "tab")):
        for index, group in enumerate(items(mapping(spec).get(key))):
            inner = group.get("spec") if isinstance(group, dict) else None
            if not isinstance(inner, dict):
                continue
            here = spot.at("spec", key, index, "spec").named(word, text(inner.get("title")))
            for number, entry in enumerate(items(inner.pop("variables", None))):
                if isinstance(entry, dict):
                    yield entry, here.at("variables", number)
            yield from _scoped(mapping(inner.get("layout")), here.at("layout"))
