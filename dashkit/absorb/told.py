"""Say what has to be changed by hand: where it is, what is there, and what it would have to be."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.absorb.changes import Argument, Change, Kind, Listed
from dashkit.absorb.placing import Misplaced
from dashkit.absorb.site import Site, argument
from dashkit.absorb.values import ABSENT, code
from dashkit.absorb.ways import Code
from dashkit.model.words import counted

_LONG = 200


@dataclass(frozen=True, slots=True)
class ByHand:
    """A change for a person to make.

    Attributes:
        what: ``panel 'Errors': unit``.
        where: the file and the line; empty if they are not known.
        there: the code that is there; empty if there is none.
        wanted: the code that it would have to be.
        why: why it was not changed.
    """

    what: str
    where: str
    there: str
    wanted: str
    why: str


def by_hand(change: Change | Misplaced, project: Code) -> ByHand:
    """Describe a change that was not made."""
    if isinstance(change, Misplaced):
        site = project.site(change.record, frozenset())
        place, found = there(site, "") if site is not None else ("", "")
        return ByHand(f"{change.row or 'rows, tabs and grids'}: places of panels", place, found, "", change.why)
    if isinstance(change, Listed):
        added = [code(value) for index, value in zip(change.order, change.new, strict=True) if index is None]
        return ByHand(
            f"{change.name}", "", "", short(", ".join(added)), "the list in the code that holds them was not found"
        )
    site = project.site(change.record, frozenset({change.part}))
    name = "kind" if isinstance(change, Kind) else change.name
    what = f"{change.what}: {'queries' if name == '*' else name}"
    wanted = _wanted(change)
    if site is None:
        return ByHand(what, "", "", wanted, "it is not made by a helper of dashkit")
    place, found = there(site, name)
    return ByHand(what, place, found, wanted, _why(site))


def _wanted(change: Argument | Kind) -> str:
    if isinstance(change, Kind):
        return short(code(change.new))
    if change.new is ABSENT:
        return f"without {change.name}="
    if change.name == "*":
        return short(", ".join(code(one) for one in change.new))
    return short(f"{change.name}={code(change.new)}")


def there(site: Site, name: str) -> tuple[str, str]:
    """Return the file and line, and the code there, of the innermost call that can be shown."""
    call = site.call
    span = site.record.frames[site.depth].span
    place = f"{span.file}:{span.line}"
    if call is None:
        return place, ""
    node = argument(call, site.callee, name)
    if node is None:
        return place, short(site.source.code(call).partition("\n")[0])
    return f"{span.file}:{node.lineno}", short(site.source.code(node))


def _why(site: Site) -> str:
    made = site.made
    if len(made) < 2:
        return "no change of the code was found that makes just this"
    kind = next(iter(made))[1].partition(" ")[0].removesuffix("s")
    dashboards = {uid for uid, _ in made}
    where = f" on {len(dashboards)} dashboards" if len(dashboards) > 1 and kind != "dashboard" else ""
    return f"this code makes {counted(len(made), kind)}{where}, and only one was changed"


def short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."
