"""The contents of an archive, as text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dashkit.archive.manifest import Manifest
from dashkit.report.style import Style, plain


def archive_text(
    manifest: Manifest, style: Style = plain, *, kinds: set[str] | None = None, every: bool = False
) -> Iterator[str]:
    """Yield where the archive comes from, then a line for each kind, with its objects for ``kinds`` or if ``every`` is set."""
    origin = manifest.origin
    yield f"{style(shown(origin.context), 'bold')} ({shown(origin.url)}), Grafana {shown(origin.server_version)}"
    yield f"{shown(origin.created) or 'a tree, without a time'}, by dashkit {shown(origin.dashkit)}"
    if origin.since:
        yield f"annotations since {datetime.fromtimestamp(origin.since / 1000, UTC).isoformat()}"
    for number, name in sorted(origin.organisations.items()):
        yield f"organisation {number} {name!r}"
        for report in manifest.kinds:
            if report.organisation != number or (kinds and report.kind not in kinds):
                continue
            why = f"  {style(shown(report.why), 'red' if report.failure else 'dim')}" if report.why else ""
            yield f"  {report.kind:<22}{report.objects:>8}{why}"
            if every or kinds:
                for entry in manifest.entries:
                    if (entry.organisation, entry.kind) == (number, report.kind):
                        title = f"  {style(shown(entry.name), 'dim')}" if entry.name != entry.key else ""
                        yield f"    {shown(entry.key)}{title}"
    if not manifest.complete:
        yield style("This backup is incomplete.", "red")


def archive_data(manifest: Manifest, *, kinds: set[str] | None = None) -> dict[str, Any]:
    """Return the manifest as JSON values, limited to ``kinds`` if there are any."""
    origin = manifest.origin
    return {
        "context": origin.context, "url": origin.url, "server_version": origin.server_version,
        "created": origin.created, "dashkit": origin.dashkit, "complete": manifest.complete,
        "organisations": [{"id": number, "name": name} for number, name in sorted(origin.organisations.items())],
        "kinds": [
            {
                "organisation": report.organisation, "kind": report.kind, "objects": report.objects,
                "reported": report.reported, "why": report.why, "failure": report.failure,
            }
            for report in manifest.kinds
            if not kinds or report.kind in kinds
        ],
        "objects": [
            {
                "organisation": entry.organisation, "kind": entry.kind, "key": entry.key, "name": entry.name,
                "path": entry.path, "size": entry.size, "content": entry.content,
            }
            for entry in manifest.entries
            if not kinds or entry.kind in kinds
        ],
    }  # fmt: skip


def shown(text: str) -> str:
    """Return text from elsewhere in a form that is safe to print: escaped if it has control characters."""
    return text if text.isprintable() else repr(text)


def size_text(size: float) -> str:
    """Format a number of bytes: ``512 B``, ``3.4 kB``, ``2.1 MB``."""
    if size < 1000:
        return f"{size:.0f} B"
    for unit in ("kB", "MB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} GB"
