"""Where the dashboards of an import are: in files, and on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.app import pull
from dashkit.document import rename
from dashkit.errors import InputError, ServerError


@dataclass(frozen=True, slots=True)
class Found:
    """A dashboard to import: where it is from, the directories for its folder, and how to read its document."""

    shown: str
    directories: tuple[str, ...]
    read: Callable[[], Any]
    #: Where to write it, relative to the target. Empty: its title says so. The suffix follows from what is written.
    file: str = ""


def in_files(sources: Sequence[Path]) -> Iterator[Found]:
    """Yield the JSON files, each with its directories below the source that it was found in."""
    for source in sources:
        if source.is_dir():
            found = sorted(path for path in source.rglob("*.json") if path.is_file() and not _hidden(path, source))
            if not found:
                raise InputError("has no .json file in it", where=str(source))
            yield from (_file_at(path, path.relative_to(source).parent.parts) for path in found)
        elif source.exists():
            yield _file_at(source, ())
        else:
            raise InputError("does not exist", where=str(source))


def renamed(found: Found, *, title: str = "", uid: str = "") -> Found:
    """Return a dashboard that is read with another title, another uid, or both."""
    return replace(found, read=lambda: rename.renamed(found.read(), title=title, uid=uid)) if title or uid else found


def _hidden(path: Path, source: Path) -> bool:
    """Return whether a file or a directory above it is one that no build looks at, such as the manifest of a build."""
    return any(part.startswith(".") for part in path.relative_to(source).parts)


def _file_at(path: Path, directories: tuple[str, ...]) -> Found:
    return Found(str(path), directories, lambda: _json.parse(_files.read_bytes(path), where=str(path)))


def on_server(prepared: pull.Prepared) -> Iterator[Found]:
    """Yield the dashboards of a server that were chosen, each with the directories for its folder."""
    for uid in prepared.absent:
        yield Found(uid, (), partial(_absent, uid, prepared))
    for item in prepared.chosen:
        directories = pull.directory_of(item, prepared)
        yield Found(item.uid, directories, partial(pull.document_of, item, prepared))


def _absent(uid: str, prepared: pull.Prepared) -> Any:
    raise ServerError(f"no dashboard with uid {uid!r}", status=404, where=prepared.connected.server.url)
