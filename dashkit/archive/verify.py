"""Verify that an archive is complete and could be restored. Every byte is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.archive.read import Archive
from dashkit.document.datasources import NO_REAL
from dashkit.document.walk import panels
from dashkit.errors import InputError
from dashkit.model.item import CLASSIC, Item


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """What is wrong, and where. A ``note`` is worth knowing, but the archive mirrors the server correctly."""

    where: str
    text: str
    note: bool = False


def verify(archive: Archive) -> Iterator[ArchiveFault]:
    """Yield all faults, none for an intact archive. Opening it has checked its seal."""
    manifest = archive.manifest
    for path in archive.unnamed:
        yield ArchiveFault(path, "is there, but the manifest does not name it")
    seen = _References()
    counted = Counter((entry.organisation, entry.kind) for entry in manifest.entries)
    for entry in manifest.entries:
        try:
            seen.add(entry.organisation, archive.item(entry), entry.path)
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
        number = counted[report.organisation, report.kind]
        if number != report.objects:
            yield ArchiveFault(where, f"{number} objects instead of {report.objects}")
        if report.why:
            yield ArchiveFault(where, f"not read in full: {report.why}", note=not report.failure)
    yield from seen.missing({key for key, report in reported.items() if not report.why})


class _References:
    """The objects that others refer to, and who does, by organisation and kind. Only uids, so that memory stays small."""

    def __init__(self) -> None:
        self._present: set[tuple[int, str, str]] = set()
        self._wanted: dict[tuple[int, str, str], str] = {}

    def add(self, organisation: int, item: Item, path: str) -> None:
        if item.kind in _REFERRED:
            self._present.add((organisation, item.kind, item.key))
            if item.kind == "datasources":  # older documents refer to names
                self._present.add((organisation, item.kind, item.name))
        for kind, key in references(item):
            self._wanted.setdefault((organisation, kind, key), path)

    def missing(self, complete: set[tuple[int, str]]) -> Iterator[ArchiveFault]:
        """Yield the references that lead nowhere, to kinds that were read in full."""
        for (organisation, kind, key), path in sorted(self._wanted.items()):
            if (organisation, kind) in complete and (organisation, kind, key) not in self._present:
                text = f"refers to {_REFERRED[kind]} {key!r}, which is not in the archive"
                yield ArchiveFault(path, text, note=kind != "folders")


_REFERRED = {"folders": "folder", "library-panels": "library panel", "datasources": "datasource"}


def references(item: Item) -> Iterator[tuple[str, str]]:
    """Yield kind and key of everything that an object needs: its folder, library panels and datasources."""
    folder = item.content.get("folder")
    if isinstance(folder, str) and folder:
        yield "folders", folder
    if item.kind == "dashboards" and item.content.get("schema") == CLASSIC:
        yield from _of_panels(item.content["spec"])


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
