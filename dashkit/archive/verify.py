"""Is this archive whole, and could it be restored? Every byte is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.archive.read import Archive
from dashkit.errors import InputError
from dashkit.model.item import Item
from dashkit.spec.datasources import NO_REAL
from dashkit.spec.walk import panels


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """What is wrong, where. A ``note`` is worth knowing, but the archive is as the server was."""

    where: str
    text: str
    note: bool = False


def verify(archive: Archive) -> Iterator[ArchiveFault]:
    """All faults; none for an archive that is whole. (Its seal was checked when it was opened.)"""
    manifest = archive.manifest
    for path in archive.unnamed:
        yield ArchiveFault(path, "is there, but the manifest does not name it")
    seen = _Seen()
    counted: dict[tuple[int, str], int] = {}
    for entry in manifest.entries:
        counted[entry.organisation, entry.kind] = counted.get((entry.organisation, entry.kind), 0) + 1
        try:
            seen.look(entry.organisation, archive.item(entry), entry.path)
        except InputError as error:
            yield ArchiveFault(entry.path, error.message)
    reported = {(report.organisation, report.kind): report for report in manifest.kinds}
    for (organisation, kind), number in counted.items():
        if (organisation, kind) not in reported:
            yield ArchiveFault(
                f"org-{organisation}/{kind}", f"{number} objects of a kind that the manifest does not count"
            )
    for report in manifest.kinds:
        where = f"org-{report.organisation}/{report.kind}"
        number = counted.get((report.organisation, report.kind), 0)
        if number != report.objects:
            yield ArchiveFault(where, f"{number} objects instead of {report.objects}")
        if report.why:
            yield ArchiveFault(where, f"not read in full: {report.why}", note=not report.failure)
    whole = {key for key, report in reported.items() if not report.why}
    yield from seen.missing(whole)


class _Seen:
    """What there is, and what refers to it, by organisation and kind; uids only, so that memory stays small."""

    def __init__(self) -> None:
        self._there: set[tuple[int, str, str]] = set()
        self._wanted: dict[tuple[int, str, str], str] = {}

    def look(self, organisation: int, item: Item, path: str) -> None:
        if item.kind in _REFERRED:
            self._there.add((organisation, item.kind, item.key))
            if item.kind == "datasources":  # older documents say names
                self._there.add((organisation, item.kind, item.name))
        for kind, key in references(item):
            self._wanted.setdefault((organisation, kind, key), path)

    def missing(self, whole: set[tuple[int, str]]) -> Iterator[ArchiveFault]:
        for (organisation, kind, key), path in sorted(self._wanted.items()):
            if (organisation, kind) in whole and (organisation, kind, key) not in self._there:
                yield ArchiveFault(
                    path, f"refers to {_REFERRED[kind]} {key!r}, which is not in it", note=kind != "folders"
                )


_REFERRED = {"folders": "folder", "library-panels": "library panel", "datasources": "datasource"}


def references(item: Item) -> Iterator[tuple[str, str]]:
    """Kind and key of what an object needs to be there: its folder, library panels, datasources."""
    folder = item.content.get("folder")
    if isinstance(folder, str) and folder:
        yield "folders", folder
    if item.kind == "dashboards" and item.content.get("schema") == "classic":
        spec = item.content.get("spec")
        if isinstance(spec, dict):
            yield from _of_panels(spec)


def _of_panels(spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for placed in panels(spec):
        library = placed.panel.get("libraryPanel")
        if isinstance(library, dict) and library.get("uid"):
            yield "library-panels", str(library["uid"])
        targets = placed.panel.get("targets")
        for holder in [placed.panel, *(targets if isinstance(targets, list) else [])]:
            datasource = holder.get("datasource") if isinstance(holder, dict) else None
            uid = datasource.get("uid") if isinstance(datasource, dict) else datasource
            if isinstance(uid, str) and uid not in NO_REAL and "$" not in uid and "[[" not in uid:
                yield "datasources", uid
