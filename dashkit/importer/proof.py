"""The proof that a module makes the dashboard that it was made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json
from dashkit.authoring.call import Call
from dashkit.compiler.compile import compile_document
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin
from dashkit.errors import InputError
from dashkit.importer.board import Fallbacks, board
from dashkit.quiet.canonical import canonical

Json = dict[str, Any]

#: How often what does not come out equal is written in a plainer way.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Written:
    """The call that makes a dashboard.

    Attributes:
        equal: whether it makes the same, as far as can be told before the module is compiled.
        fallbacks: what no helper makes the same.
    """

    call: Call
    equal: bool
    fallbacks: Fallbacks


def written(uid: str, wanted: Json) -> Written:
    """Return the call that makes a document in the form of `dashkit.quiet.canonical`.

    What a helper does not make the same is written as raw JSON instead.
    """
    fallbacks = Fallbacks()
    call = board(uid, wanted, fallbacks)
    for _ in range(_TRIES):
        panels, settings = at_fault(made(call), wanted)
        if not panels and not settings:
            return Written(call, True, fallbacks)
        fallbacks = replace(fallbacks, panels=fallbacks.panels | panels, settings=fallbacks.settings | settings)
        call = board(uid, wanted, fallbacks)
    return Written(call, not any(at_fault(made(call), wanted)), fallbacks)


def made(call: Call) -> Json | None:
    """Return what a call makes, in the form of `dashkit.quiet.canonical`; None if it cannot be made."""
    try:
        return canonical(compile_document(plain(call.make()), Origin.GRAFANALIB, {}).spec)
    except (InputError, TypeError, ValueError, LookupError):
        return None


def at_fault(there: Json | None, wanted: Json) -> tuple[frozenset[int], frozenset[str]]:
    """Return the ids of the panels, and the keys of the dashboard, that are not as they should be."""
    if there is None:
        return frozenset(_by_id(wanted)), frozenset()
    found, expected = _by_id(there), _by_id(wanted)
    panels = frozenset(
        number for number, panel in expected.items() if _json.compact(found.get(number)) != _json.compact(panel)
    )
    settings = frozenset(
        key for key in {*there, *wanted} - {"panels"} if _json.compact(there.get(key)) != _json.compact(wanted.get(key))
    )
    if not panels and not settings and _json.compact(there.get("panels")) != _json.compact(wanted.get("panels")):
        settings = frozenset(("panels",))
    return panels, settings


def _by_id(spec: Json) -> dict[int, Json]:
    """Return the panels by their ids, those in rows too."""
    found: dict[int, Json] = {}
    for panel in spec.get("panels") or []:
        if panel.get("type") != "row":
            found[panel["id"]] = panel
        for inner in panel.get("panels") or []:
            found[inner["id"]] = inner
    return found
