"""Select the objects of an archive to restore."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashkit.archive.manifest import Entry
from dashkit.archive.read import Archive
from dashkit.archive.verify import references
from dashkit.errors import InputError, UsageError
from dashkit.model.item import Item
from dashkit.model.kinds import BY_NAME, KINDS, Kind

_ORDER = {kind.name: place for place, kind in enumerate(KINDS)}
#: Kinds whose objects belong to the object with the same key.
_COMPANIONS = {
    "folder-permissions": "folders",
    "dashboard-permissions": "dashboards",
    "public-dashboards": "dashboards",
    "dashboard-versions": "dashboards",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The members to restore, in the order in which to write.

    Attributes:
        folders: all folders of the organisation by uid, selected or not.
        needed: the paths of members that only have to exist.
        named: the keys of objects that were named themselves, not by their folder.
    """

    entries: tuple[Entry, ...]
    folders: dict[str, Item]
    organisation: int
    needed: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


def select(
    archive: Archive,
    kinds: Iterable[Kind],
    only: tuple[str, ...] = (),
    organisation: str = "",
    *,
    moved: bool = False,
) -> Selection:
    """Select the objects of ``kinds`` in one organisation; with ``only``, those with these keys or in these folders.

    Args:
        only: keys of objects; uids, titles or paths of folders. What the objects need is selected too.
        organisation: number or name; may be empty if the archive has only one.
        moved: objects named by key are restored into another folder, so they do not need their own.

    Raises:
        UsageError: the archive does not have that organisation, or has several and none is named.
        InputError: ``only`` names something that is not in the archive, or the archive is damaged.
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
    organisations = archive.manifest.origin.organisations
    for number, name in organisations.items():
        if wanted in (str(number), name):
            return number
    listed = ", ".join(f"{number} ({name!r})" for number, name in sorted(organisations.items()))
    if wanted:
        raise UsageError(f"no organisation {wanted!r} in this archive", hint=f"organisations: {listed}")
    if len(organisations) != 1:
        raise UsageError("this archive contains several organisations", hint=f"--organisation, one of: {listed}")
    return next(iter(organisations))


def lineage(folders: Mapping[str, Item], uid: str) -> Iterator[Item]:
    """Yield a folder and its parents, from the inside out, as far as they are known."""
    seen = set[str]()  # a damaged archive may contain a cycle
    while uid in folders and uid not in seen:
        seen.add(uid)
        yield folders[uid]
        uid = str(folders[uid].content["folder"])


def _depth(folders: dict[str, Item], entry: Entry) -> int:
    """Return the depth of a folder: parents are written first."""
    return sum(1 for _ in lineage(folders, entry.key)) if entry.kind == "folders" else 0


@dataclass(frozen=True, slots=True)
class _Matches:
    """What ``--only`` names.

    Attributes:
        paths: of the members.
        itself: the keys of objects that were named themselves, not by their folder.
        matched: the names that matched something.
    """

    paths: frozenset[str]
    itself: frozenset[str]
    matched: frozenset[str]


def everywhere(archive: Archive, only: tuple[str, ...]) -> frozenset[str]:
    """Return the paths of all members with one of these keys or in one of these folders, and of what belongs to them.

    Raises:
        InputError: one of ``only`` names nothing.
    """
    parts = []
    entries = sorted(
        (entry for entry in archive.manifest.entries if entry.kind in BY_NAME), key=lambda entry: _ORDER[entry.kind]
    )
    for number in sorted({entry.organisation for entry in entries}):
        here = [entry for entry in entries if entry.organisation == number]
        folders = {entry.key: archive.item(entry) for entry in here if entry.kind == "folders"}
        parts.append(_match(archive, here, folders, only))
    _require(archive, only, frozenset().union(*(part.matched for part in parts)))
    return frozenset().union(*(part.paths for part in parts))


def _match(archive: Archive, entries: list[Entry], folders: dict[str, Item], only: tuple[str, ...]) -> _Matches:
    inside = _folders_named(folders, only)
    paths: set[str] = set()
    keys: dict[str, set[str]] = {}
    itself: set[str] = set()
    for entry in entries:
        if home := _COMPANIONS.get(entry.kind):
            wanted = entry.key.partition("/")[0] in keys.get(home, ())
        elif entry.kind == "folders":
            wanted = entry.key in inside
        elif entry.key in only:
            wanted = True
            itself.add(entry.key)
        else:
            can_be_inside = inside and entry.kind in ("dashboards", "library-panels", "alert-rules")
            wanted = bool(can_be_inside) and archive.item(entry).content.get("folder") in inside
        if wanted:
            paths.add(entry.path)
            keys.setdefault(entry.kind, set()).add(entry.key)
    names = {name for uid in inside for name in (folders[uid].name, _path(folders, uid))}.union(*keys.values())
    return _Matches(frozenset(paths), frozenset(itself), frozenset(only) & names)


def _narrow(
    archive: Archive, entries: list[Entry], folders: dict[str, Item], only: tuple[str, ...], *, moved: bool
) -> tuple[set[str], set[str], frozenset[str]]:
    """Return the paths of what ``only`` names, the paths of what that needs, and the keys that were named themselves.

    Needed are the parent folders with their permissions (without them more people could open a folder), and library panels.
    """
    found = _match(archive, entries, folders, only)
    _require(archive, only, found.matched)
    wanted: set[tuple[str, str]] = set()
    for entry in (entry for entry in entries if entry.path in found.paths):
        needs = references(archive.item(entry))
        wanted.update(need for need in needs if not (moved and entry.key in found.itself and need[0] == "folders"))
    panels = {key for kind, key in wanted if kind == "library-panels"}
    for entry in entries:
        if entry.kind == "library-panels" and entry.key in panels:
            wanted.update(references(archive.item(entry)))
    needed = {folder.key for kind, key in wanted if kind == "folders" for folder in lineage(folders, key)}
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
            hint=f"did you mean {near[0]!r}?" if near else "dashkit archive show -v lists everything",
        )  # fmt: skip


def _folders_named(folders: dict[str, Item], only: tuple[str, ...]) -> set[str]:
    """Return the uids of the folders with that uid, title or path (``Team/Service``), and of all folders in them."""
    found = {uid for uid, item in folders.items() if uid in only or item.name in only or _path(folders, uid) in only}
    grown = True
    while grown:
        below = {uid for uid, item in folders.items() if item.content["folder"] in found} - found
        grown = bool(below)
        found |= below
    return found


def _path(folders: dict[str, Item], uid: str) -> str:
    return "/".join(reversed([folder.name for folder in lineage(folders, uid)]))
