"""Which objects of an archive a restore is about."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from dashkit.archive.manifest import Entry
from dashkit.archive.read import Archive
from dashkit.archive.verify import references
from dashkit.errors import InputError, UsageError
from dashkit.model.item import Item
from dashkit.model.kinds import BY_NAME, KINDS, Kind

_ORDER = {kind.name: place for place, kind in enumerate(KINDS)}
#: Belong to the object of the same key.
_COMPANIONS = {
    "folder-permissions": "folders",
    "dashboard-permissions": "dashboards",
    "public-dashboards": "dashboards",
    "dashboard-versions": "dashboards",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The members to restore, in the order in which to write; ``needed`` are paths of those that only have to exist."""

    entries: tuple[Entry, ...]
    folders: dict[str, Item]
    organisation: int
    needed: frozenset[str] = frozenset()
    #: Keys of what was named itself, not by its folder.
    named: frozenset[str] = frozenset()


def select(
    archive: Archive,
    kinds: Iterable[Kind],
    only: tuple[str, ...] = (),
    organisation: str = "",
    *,
    moved: bool = False,
) -> Selection:
    """The objects of ``kinds`` in one organisation; with ``only`` those of these keys or folders, and what they need.

    ``moved`` says that objects named by key go into another folder, so that they do not need their own.

    Raises:
        UsageError: the archive has several organisations and none is named.
        InputError: ``only`` names what is not in the archive; or the archive is damaged.
    """
    number = _organisation(archive, organisation)
    names = {kind.name for kind in kinds if kind.restored}
    entries = [
        entry
        for entry in archive.manifest.entries
        if entry.kind in BY_NAME and (entry.organisation == number or BY_NAME[entry.kind].server)
    ]
    folders = {entry.key: archive.item(entry) for entry in entries if entry.kind == "folders"}
    ordered = sorted(entries, key=lambda entry: (_ORDER[entry.kind], _depth(folders, entry), entry.key))
    if not only:
        return Selection(tuple(entry for entry in ordered if entry.kind in names), folders, number)
    paths, needed, named = _narrow(archive, ordered, folders, only, moved=moved)
    chosen = tuple(entry for entry in ordered if entry.path in needed or (entry.path in paths and entry.kind in names))
    return Selection(chosen, folders, number, frozenset(needed - paths), named)


def _organisation(archive: Archive, wanted: str) -> int:
    there = archive.manifest.origin.organisations
    for number, name in there.items():
        if wanted in (str(number), name):
            return number
    listed = ", ".join(f"{number} ({name!r})" for number, name in sorted(there.items()))
    if wanted:
        raise UsageError(f"no organisation {wanted!r} in this archive", hint=f"there are: {listed}")
    if len(there) != 1:
        raise UsageError("this archive holds several organisations", hint=f"--organisation, one of: {listed}")
    return next(iter(there))


def _depth(folders: dict[str, Item], entry: Entry) -> int:
    """How deep a folder lies: parents are written first."""
    depth, place = 0, entry.key if entry.kind == "folders" else ""
    while place in folders and depth < 100:
        depth, place = depth + 1, str(folders[place].content["folder"])
    return depth


@dataclass(frozen=True, slots=True)
class _Named:
    """What ``--only`` names: paths of members, the keys that were named themselves, not by their folder; and which matched."""

    paths: frozenset[str]
    itself: frozenset[str]
    matched: frozenset[str]


def everywhere(archive: Archive, only: tuple[str, ...]) -> frozenset[str]:
    """The paths of all members that have one of these keys, or lie in one of these folders; with what belongs to them.

    `InputError` where one of ``only`` names nothing.
    """
    parts = []
    entries = sorted(
        (entry for entry in archive.manifest.entries if entry.kind in BY_NAME), key=lambda entry: _ORDER[entry.kind]
    )
    for number in sorted({entry.organisation for entry in entries}):
        here = [entry for entry in entries if entry.organisation == number]
        folders = {entry.key: archive.item(entry) for entry in here if entry.kind == "folders"}
        parts.append(_named(archive, here, folders, only))
    _require(archive, only, frozenset().union(*(part.matched for part in parts)))
    return frozenset().union(*(part.paths for part in parts))


def _named(archive: Archive, entries: list[Entry], folders: dict[str, Item], only: tuple[str, ...]) -> _Named:
    inside = _folders_named(folders, only)
    chosen: set[str] = set()
    keys: dict[str, set[str]] = {}
    itself: set[str] = set()
    for entry in entries:
        home = _COMPANIONS.get(entry.kind)
        if home is not None:
            wanted = entry.key.partition("/")[0] in keys.get(home, ())
        else:
            direct = entry.key in only and entry.kind != "folders"
            wanted = direct or (entry.kind == "folders" and entry.key in inside)
            itself |= {entry.key} if direct else set()
            if not wanted and inside and entry.kind in ("dashboards", "library-panels", "alert-rules"):
                wanted = archive.item(entry).content.get("folder") in inside
        if wanted:
            chosen.add(entry.path)
            keys.setdefault(entry.kind, set()).add(entry.key)
    matched = frozenset(text for text in only if _matches(text, inside, folders, keys))
    return _Named(frozenset(chosen), frozenset(itself), matched)


def _narrow(
    archive: Archive, entries: list[Entry], folders: dict[str, Item], only: tuple[str, ...], *, moved: bool
) -> tuple[set[str], set[str], frozenset[str]]:
    """Paths of what ``only`` names with all that lies in it, paths of what that needs, and the keys that were named themselves.

    Needed are the folders above with their permissions (without them a folder would be open to more people), and library panels.
    """
    found = _named(archive, entries, folders, only)
    _require(archive, only, found.matched)
    wanted: set[tuple[str, str]] = set()
    for entry in (entry for entry in entries if entry.path in found.paths):
        needs = references(archive.item(entry))
        wanted.update(need for need in needs if not (moved and entry.key in found.itself and need[0] == "folders"))
    panels = {key for kind, key in wanted if kind == "library-panels"}
    for entry in entries:
        if entry.kind == "library-panels" and entry.key in panels:
            wanted.update(references(archive.item(entry)))
    needed = {key for kind, key in wanted if kind == "folders"}
    for uid in list(needed):
        while uid in folders and (uid := str(folders[uid].content["folder"])):
            needed.add(uid)
    paths = {
        entry.path
        for entry in entries
        if (entry.kind in ("folders", "folder-permissions") and entry.key in needed)
        or (entry.kind == "library-panels" and entry.key in panels)
    }
    return set(found.paths), paths, found.itself


def _require(archive: Archive, only: tuple[str, ...], matched: frozenset[str]) -> None:
    missing = [text for text in only if text not in matched]
    if missing:
        entries = archive.manifest.entries
        titles = (archive.item(entry).name for entry in entries if entry.kind == "folders")
        near = difflib.get_close_matches(missing[0], [*(entry.key for entry in entries), *titles], n=1)
        raise InputError(
            f"nothing called {missing[0]!r} in this archive", where=archive.where,
            hint=f"did you mean {near[0]!r}?" if near else "dashkit archive show -v lists all",
        )  # fmt: skip


def _folders_named(folders: dict[str, Item], only: tuple[str, ...]) -> set[str]:
    """Folders by uid, title or path (``Team/Service``), with all below them."""
    found = {uid for uid, item in folders.items() if uid in only or item.name in only or _path(folders, uid) in only}
    grown = True
    while grown:
        below = {uid for uid, item in folders.items() if item.content["folder"] in found} - found
        grown = bool(below)
        found |= below
    return found


def _path(folders: dict[str, Item], uid: str) -> str:
    titles: list[str] = []
    while uid in folders and len(titles) < 20:
        titles.insert(0, folders[uid].name)
        uid = str(folders[uid].content["folder"])
    return "/".join(titles)


def _matches(text: str, inside: set[str], folders: dict[str, Item], keys: dict[str, set[str]]) -> bool:
    if any(text in found for found in keys.values()):
        return True
    return any(text in (folders[uid].name, _path(folders, uid)) for uid in inside)
