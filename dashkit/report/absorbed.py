"""What came of the edits that `dashkit absorb` was asked to take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dashkit import _json
from dashkit.report.style import Style, plain

if TYPE_CHECKING:
    from dashkit.absorb.absorbed import Absorbed
    from dashkit.absorb.told import ByHand
    from dashkit.quiet.threeway import Conflict

_LONG = 160


def absorbed_text(results: Iterable[Absorbed], style: Style = plain) -> Iterator[str]:
    """Yield a line for each dashboard, and below it what a person has to decide or to change."""
    for one in results:
        if one.error is not None:
            continue
        if not one.edited:
            yield f"  {one.uid}  {one.title}: not edited since the last push"
            continue
        mark, colour = ("~", "green") if one.taken else ("!", "yellow")
        state = "" if one.taken else ": not taken"
        yield f"{style(mark, colour)} {one.uid}  {one.title}  ({one.file}){state}"
        yield from (f"    {note}" for note in one.notes)
        for left in one.by_hand:
            yield from _by_hand(left)
        for conflict in one.conflicts:
            yield from _conflict(conflict)


def _by_hand(left: ByHand) -> Iterator[str]:
    yield f"    {left.what}: {left.why}"
    if left.where:
        yield f"      {left.where}: {left.there}" if left.there else f"      {left.where}"
    if left.wanted:
        yield f"      wanted: {left.wanted}"


def _conflict(conflict: Conflict) -> Iterator[str]:
    yield f"    {conflict.what}: changed in the source and in Grafana"
    for name, value in (("pushed", conflict.base), ("source", conflict.source), ("Grafana", conflict.live)):
        text = _json.compact(value).decode() if value is not None else "nothing"
        yield f"      {name + ':':9}{text[:_LONG]}"
