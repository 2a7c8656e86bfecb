"""What differs between the dashboards of two servers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.document.diff import Change, changes
from dashkit.document.v2.dialects import in_dialect
from dashkit.quiet.alike import look_alike, seen


@dataclass(frozen=True, slots=True)
class Stored:
    """A dashboard of a server in the form of the source; ``folder`` is its path, ``schema`` empty for a classic one."""

    title: str
    folder: str
    spec: dict[str, Any]
    schema: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A dashboard that is only on the first server (``+``), only on the other (``-``), or not the same on both (``~``).

    The changes lead from the other server to the first. ``uid`` and ``folder`` are those of the source.
    """

    sign: str
    uid: str
    title: str
    folder: str
    changes: tuple[Change, ...] = ()


def differences(first: Mapping[str, Stored], other: Mapping[str, Stored]) -> Iterator[Difference]:
    """Yield the differences between two servers, by uid. The schema in which a server stores a dashboard is none."""
    for uid in sorted({*first, *other}):
        here, there = first.get(uid), other.get(uid)
        if here is not None and there is not None:
            if found := tuple(_changes(there, here)):
                yield Difference("~", uid, here.title, here.folder, found)
        elif one := here or there:
            yield Difference("+" if here else "-", uid, one.title, one.folder)


def _changes(old: Stored, new: Stored) -> Iterator[Change]:
    if old.folder != new.folder:
        yield Change("~", "folder", f"{old.folder!r} -> {new.folder!r}", old.folder, new.folder)
    before = in_dialect(old.spec, of=old.schema, to=new.schema) if old.schema and new.schema else old.spec
    if not look_alike(before, new.spec):
        yield from changes(*seen(before, new.spec)) or [Change("~", "dashboard", "differs in what has no short form")]
