"""dashkit.lock: which revision of which dashboard of grafana.com a project has, and the file that was made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from dashkit import _files, _yaml
from dashkit.errors import InputError
from dashkit.market.cache import digest

NAME = "dashkit.lock"
_VERSION = 1
_HEAD = """\
# Dashboards of grafana.com in this project; `dashkit import --id` and `dashkit market update` write this file.
# Keep it in version control.
"""
_HINT = f"take {NAME} from version control; without an entry, `dashkit import --id ID` makes a new one"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class State(Enum):
    """What became of the file of a dashboard since it was imported."""

    AS_IMPORTED = "as imported"
    EDITED = "edited since"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A dashboard of the marketplace.

    Attributes:
        sha256: of the content of the revision (`dashkit.market.fetch`).
        title, uid: those of the dashboard in the project.
        file: what was made of it, relative to dashkit.lock, with ``/``.
        file_sha256: of that file as it was written (`file_digest`).
        options: the options of its import that an update has to follow, too.
    """

    id: int
    revision: int
    sha256: str
    title: str
    uid: str
    file: str
    file_sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)


def file_digest(data: bytes) -> str:
    """Return the SHA-256 of a file; the ends of its lines, which version control may change, do not count."""
    return digest(data.replace(b"\r\n", b"\n"))


def state(pinned: Pinned, root: Path) -> State:
    """Return whether the file of a dashboard is as it was imported."""
    path = _files.safe_join(root, pinned.file)
    if not path.is_file():
        return State.MISSING
    return State.AS_IMPORTED if file_digest(_files.read_bytes(path)) == pinned.file_sha256 else State.EDITED


def read(path: Path) -> dict[int, Pinned]:
    """Return the entries by the ids of their dashboards; none without a file.

    Raises:
        InputError: the file is broken.
    """
    if not path.exists():
        return {}
    try:
        found = list(_yaml.documents(_files.read_bytes(path)))
    except _yaml.ERRORS as error:
        message, where = _yaml.reason(error, str(path))
        raise InputError(message, where=where, hint=_HINT) from None
    if len(found) != 1 or not isinstance(found[0][1], dict):
        raise InputError("is not a lock file of dashkit", where=str(path), hint=_HINT)
    tree, value = found[0]
    if (again := _yaml.duplicate_key(tree)) is not None:
        raise InputError(f"duplicate key `{again.value}`", where=f"{path}:{again.start_mark.line + 1}", hint=_HINT)
    if value.get("version") != _VERSION:
        raise InputError(
            f"has the version {value.get('version')!r}, which this dashkit does not know", where=str(path),
            hint="update dashkit",
        )  # fmt: skip
    entries = value.get("dashboards") or []
    if not isinstance(entries, list):
        raise InputError("`dashboards` is not a list", where=str(path), hint=_HINT)
    nodes = _yaml.items(_yaml.child(tree, "dashboards"))
    return _by_id(entries, [f"{path}:{node.start_mark.line + 1}" for node in nodes])


def write(path: Path, pinned: Iterable[Pinned]) -> bool:
    """Write the file, sorted by the ids of the dashboards; return whether it changed."""
    entries = [_plain(one) for one in sorted(pinned, key=lambda one: one.id)]
    value = {"version": _VERSION, "dashboards": entries}
    text = _dumped(value, readable=True)
    if _yaml.load(text) != value:  # PyYAML writes some line breaks of Unicode as they are, and reads them as spaces
        text = _dumped(value, readable=False)
    return _files.write_atomic(path, f"{_HEAD}{text}".encode())


def _dumped(value: Any, *, readable: bool) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=readable, width=10_000))


def _plain(one: Pinned) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": one.id, "revision": one.revision, "sha256": one.sha256, "title": one.title, "uid": one.uid,
        "file": one.file, "file_sha256": one.file_sha256,
    }  # fmt: skip
    return entry | ({"options": dict(sorted(one.options.items()))} if one.options else {})


def _by_id(entries: list[Any], places: list[str]) -> dict[int, Pinned]:
    found: dict[int, Pinned] = {}
    for entry, where in zip(entries, places, strict=True):
        fault = _fault(entry)
        if not fault and entry["id"] in found:
            fault = f"dashboard {entry['id']} has two entries"
        if fault:
            raise InputError(fault, where=where, hint=_HINT)
        found[entry["id"]] = Pinned(**entry)
    return found


def _fault(entry: Any) -> str:
    """Return what is wrong with an entry; nothing if it is whole."""
    if not isinstance(entry, dict):
        return "an entry is not a mapping"
    texts = ("sha256", "title", "uid", "file", "file_sha256")
    if missing := [key for key in ("id", "revision", *texts) if key not in entry]:
        return f"an entry has no `{missing[0]}`"
    if unknown := [key for key in entry if key not in ("id", "revision", *texts, "options")]:
        return f"an entry has the unknown key `{unknown[0]}`"
    if wrong := [key for key in ("id", "revision") if type(entry[key]) is not int or entry[key] < 1]:
        return f"`{wrong[0]}` is not a number from 1 on"
    if wrong := [key for key in texts if not isinstance(entry[key], str)]:
        return f"`{wrong[0]}` is not a text"
    if wrong := [key for key in ("sha256", "file_sha256") if not _SHA256.fullmatch(entry[key])]:
        return f"`{wrong[0]}` is not a SHA-256"
    path = PurePosixPath(entry["file"])
    if path.is_absolute() or ".." in path.parts or "\\" in entry["file"] or not path.name:
        return f"`file` {entry['file']!r} is not a path below {NAME}"
    options = entry.get("options", {})
    if not isinstance(options, dict) or not all(isinstance(key, str) for key in options):
        return "`options` is not a mapping"
    return ""
