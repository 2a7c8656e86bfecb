"""The manifest of an archive: where it is from, what it contains, and what could not be read."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dashkit import _json
from dashkit.archive.member_paths import member_path
from dashkit.errors import InputError

FORMAT_VERSION = 1
NAME = "manifest.json"
_MEMBERS = b'"members": ['
_KIND, _SHA256 = re.compile(r"[a-z][a-z-]{0,40}"), re.compile(r"[0-9a-f]{64}")


class ArchiveError(InputError):
    """An archive that cannot be read or trusted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: its object, its size, and two digests. ``sha256`` covers its bytes, ``content`` the object's content alone."""

    organisation: int
    kind: str
    key: str
    name: str
    size: int
    sha256: str
    content: str

    @property
    def path(self) -> str:
        return member_path(self.organisation, self.kind, self.key)

    def text(self) -> bytes:
        """Return the member's line in the manifest."""
        return _json.compact({"path": self.path, **asdict(self)})


@dataclass(frozen=True, slots=True)
class KindReport:
    """How reading one kind of one organisation went.

    Attributes:
        objects: how many are in the archive.
        reported: how many there are by the server's own count; None if it does not count them.
        why: why not all were read; empty if they were.
        failure: whether that makes the backup incomplete. It does not if this credential or this version of Grafana cannot
            provide the kind.
    """

    organisation: int
    kind: str
    objects: int
    reported: int | None = None
    why: str = ""
    failure: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveOrigin:
    """Where an archive is from.

    Attributes:
        created: UTC as ``2026-11-21T10:00:00Z``; empty in a tree, which is kept in git.
        since: the time of the earliest annotation that was requested, in milliseconds; 0 for all.
    """

    dashkit: str
    created: str
    context: str
    url: str
    server_version: str
    organisations: Mapping[int, str]
    since: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parsed manifest of an archive."""

    origin: ArchiveOrigin
    kinds: tuple[KindReport, ...]
    entries: tuple[Entry, ...]

    @property
    def digest(self) -> str:
        """SHA-256 that identifies this archive."""
        found = hashlib.sha256(f"{self.origin.created} {self.origin.url}".encode())
        for entry in self.entries:
            found.update(f"{entry.path} {entry.sha256}".encode())
        return found.hexdigest()

    @property
    def complete(self) -> bool:
        """Whether everything was read that should have been."""
        return not any(report.failure for report in self.kinds)


def write_manifest(origin: ArchiveOrigin, kinds: Iterable[KindReport], lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the text of a manifest in pieces. Its members (`Entry.text`) come last, one per line."""
    head = {
        "format_version": FORMAT_VERSION, "dashkit": origin.dashkit, "created": origin.created,
        "context": origin.context, "since": origin.since, "server": {"url": origin.url, "version": origin.server_version},
        "organisations": [{"id": number, "name": name} for number, name in sorted(origin.organisations.items())],
        "kinds": list(map(asdict, kinds)),
    }  # fmt: skip
    yield b"{\n"
    for key, value in head.items():
        if isinstance(value, list):
            yield b"%s: [" % _json.compact(key)
            yield from _rows(_json.compact(row) for row in value)
            yield b"],\n"
        else:
            yield b"%s: %s,\n" % (_json.compact(key), _json.compact(value))
    yield _MEMBERS
    yield from _rows(lines)
    yield b"]\n}\n"


def _rows(lines: Iterable[bytes]) -> Iterator[bytes]:
    between = b"\n"
    for line in lines:
        yield between + line
        between = b",\n"
    yield b"\n" if between == b",\n" else b""


def parse_manifest(data: bytes, *, where: str) -> Manifest:
    """Parse a manifest. Its members are parsed line by line, so that those of a large server are not in memory twice.

    Raises:
        ArchiveError: no dashkit wrote this, or a later one did.
    """
    start = data.find(_MEMBERS)
    try:
        value = _json.parse(data[:start] + b'"members": []}' if start >= 0 else data, where=where)
    except InputError as error:
        raise ArchiveError(error.message, where=where) from None
    if not isinstance(value, dict) or "format_version" not in value:
        raise ArchiveError("not the manifest of an archive", where=where)
    version = value["format_version"]
    if version != FORMAT_VERSION:
        text = f"format version {version!r}; this dashkit reads {FORMAT_VERSION}"
        raise ArchiveError(text, where=where, hint="use a newer dashkit")
    try:
        return _manifest(value, _lines(data, start))
    except InputError as error:
        raise ArchiveError(error.message, where=where) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"the manifest is broken ({type(error).__name__}: {error})", where=where) from None


def _manifest(value: dict[str, Any], members: Iterator[bytes]) -> Manifest:
    origin = ArchiveOrigin(
        _text(value["dashkit"]), _text(value["created"]), _text(value["context"]), _text(value["server"]["url"]),
        _text(value["server"]["version"]),
        {_number(entry["id"]): _text(entry["name"]) for entry in value["organisations"]}, _number(value["since"]),
    )  # fmt: skip
    kinds = tuple(
        KindReport(
            _number(entry["organisation"]), _match(_KIND, entry["kind"]), _number(entry["objects"]),
            None if entry["reported"] is None else _number(entry["reported"]), _text(entry["why"]),
            entry["failure"] is True,
        )
        for entry in value["kinds"]
    )  # fmt: skip
    return Manifest(origin, kinds, tuple(_entry(_json.parse(line)) for line in members))


def _lines(data: bytes, start: int) -> Iterator[bytes]:
    """Yield the members. Raises `ValueError` if their list does not end."""
    if start < 0:
        raise ValueError("no list of members")
    stream = io.BytesIO(data)
    stream.seek(start + len(_MEMBERS))
    for line in stream:
        text = line.strip().rstrip(b",")
        if text.startswith(b"]"):
            return
        if text:
            yield text
    raise ValueError("the list of members has no end")


def _entry(value: dict[str, Any]) -> Entry:
    entry = Entry(
        _number(value["organisation"]), _match(_KIND, value["kind"]), _text(value["key"]), _text(value["name"]),
        _number(value["size"]), _match(_SHA256, value["sha256"]), _match(_SHA256, value["content"]),
    )  # fmt: skip
    # A path is never taken from outside: it is derived from the object.
    if value["path"] != entry.path:
        raise ValueError(f"path {value['path']!r} is not that of its object")
    return entry


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is not a count")
    return value


def _match(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError(f"unexpected value {value!r}")
    return str(value)
