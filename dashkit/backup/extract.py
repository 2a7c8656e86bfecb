"""Extract objects of an archive as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashkit import _json
from dashkit.archive.member_paths import file_name
from dashkit.archive.read import Archive
from dashkit.backup.select import everywhere
from dashkit.model.item import CLASSIC
from dashkit.model.kinds import Kind


def files(archive: Archive, kinds: Sequence[Kind], only: tuple[str, ...], *, spec: bool) -> Iterator[tuple[str, bytes]]:
    """Yield relative path and content of each object of ``kinds``; with ``only``, those with these keys or in these folders.

    With ``spec`` only dashboards, as documents that Grafana can import; otherwise the archive's members, unchanged.
    """
    names = {"dashboards"} if spec else {kind.name for kind in kinds}
    several = len(archive.manifest.origin.organisations) > 1
    chosen = everywhere(archive, only) if only else None
    for entry in archive.manifest.entries:
        if entry.kind not in names or (chosen is not None and entry.path not in chosen):
            continue
        if not spec:
            yield entry.path, archive.read(entry)
            continue
        item = archive.item(entry)
        document = item.content["spec"]
        if item.content["schema"] == CLASSIC:
            document = {**document, "uid": item.key}
        folder = f"org-{entry.organisation}/" if several else ""
        yield f"{folder}{file_name(item.key)}", _json.pretty(document)
