"""Where the dashboards of an import are: in files, and on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.app import pull
from dashkit.document import rename
from dashkit.errors import InputError, ServerError
from dashkit.model.live import LiveDashboard

_MIXIN = "mixin.libsonnet"
_JSONNET = (".jsonnet", ".libsonnet")
_BUNDLER = ("jsonnetfile.json", "jsonnetfile.lock.json")


@dataclass(frozen=True, slots=True)
class Found:
    """A dashboard to import: where it is from, the directories for its folder, and how to read its document."""

    shown: str
    directories: tuple[str, ...]
    read: Callable[[], Any]
    #: Where to write it, relative to the target. Empty: its title says so. The suffix follows from what is written.
    file: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a file: dashboards, and of a mixin groups of rules, the title of its folder and what a reader must know."""

    found: tuple[Found, ...]
    where: str = ""
    groups: tuple[_json.Json, ...] = ()
    folder: str = ""
    warnings: tuple[str, ...] = ()


def in_files(sources: Sequence[Path], jsonnet: Callable[[Path, tuple[str, ...]], Contents]) -> Iterator[Contents]:
    """Yield what is in each file, with its directories below the source that it was found in.

    Args:
        jsonnet: returns what is in a Jsonnet file.
    """
    for source in sources:
        if source.is_dir():
            found = _files_in(source)
            if not found:
                raise InputError("has no .json file in it, and no .jsonnet file", where=str(source))
        elif source.exists():
            found = [source]
        else:
            raise InputError("does not exist", where=str(source))
        for path in found:
            directories = path.relative_to(source).parent.parts if path != source else ()
            if path.suffix in _JSONNET:
                yield jsonnet(path, directories)
            else:
                yield Contents((_file_at(path, directories),), str(path))


def renamed(found: Found, *, title: str = "", uid: str = "") -> Found:
    """Return a dashboard that is read with another title, another uid, or both."""
    return replace(found, read=lambda: rename.renamed(found.read(), title=title, uid=uid)) if title or uid else found


def _files_in(folder: Path) -> list[Path]:
    """Return the files with dashboards. A mixin has those of the directory that it is in, and nothing else there counts."""
    every = [path for pattern in ("*.json", "*.jsonnet", _MIXIN) for path in folder.rglob(pattern) if path.is_file()]
    shown = [path for path in every if not _passed_over(path, folder)]
    mixins = {path.parent: path for path in shown if path.name == _MIXIN}
    return sorted(path for path in shown if all(mixins.get(parent, path) == path for parent in path.parents))


def _passed_over(path: Path, source: Path) -> bool:
    """Return whether a file is one that no build looks at, such as the manifest of a build, or belongs to jsonnet-bundler."""
    below = path.relative_to(source)
    if any(part.startswith(".") for part in below.parts) or below.name in _BUNDLER:
        return True
    vendors = [parent for parent in below.parents if parent.name == "vendor"]
    # A folder of dashboards may have that name.
    return any(path.suffix != ".json" or (source / vendor.parent / _BUNDLER[0]).is_file() for vendor in vendors)


def _file_at(path: Path, directories: tuple[str, ...]) -> Found:
    return Found(str(path), directories, lambda: _json.parse(_files.read_bytes(path), where=str(path)))


def on_server(prepared: pull.Prepared) -> Iterator[Found]:
    """Yield the dashboards of a server that were chosen, each with the directories for its folder."""
    for uid in prepared.absent:
        yield Found(uid, (), partial(_absent, uid, prepared))
    yield from placed(prepared.chosen, prepared.places)


def placed(items: Iterable[LiveDashboard], places: pull.Places) -> Iterator[Found]:
    """Yield dashboards as a server has them, each with the directories for its folder."""
    for item in items:
        yield Found(item.uid, places.directories(item), partial(places.document, item))


def _absent(uid: str, prepared: pull.Prepared) -> Any:
    prefix = prepared.places.adjustments.uid_prefix
    hint = f"the context's uid_prefix {prefix!r} is added to uids" if prefix else ""
    raise ServerError(f"no dashboard with uid {uid!r}", status=404, where=prepared.connected.server.url, hint=hint)
