"""Write compiled dashboards to a folder: canonical bytes, whole files, and removing only dashkit's own old files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dashkit import _files, _json
from dashkit.errors import InputError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.folder import folder_slug

MANIFEST = ".dashkit-manifest.json"


def file_name(dashboard: CompiledDashboard) -> str:
    """Return ``<folder>/<uid>.json``, with ``/`` on every platform."""
    return "/".join([*(folder_slug(title) for title in dashboard.folder), f"{dashboard.uid}.json"])


class OutputFolder:
    """The output folder of one build: `write` each file, then `finish`. ``manifest`` is the name of the list of its files."""

    def __init__(self, folder: Path, manifest: str = MANIFEST) -> None:
        self._folder, self._manifest = folder, folder / manifest
        self._old = _read_manifest(self._manifest)
        self._new: set[str] = set()

    @property
    def known(self) -> frozenset[str]:
        """The names of dashkit's own files."""
        return frozenset(self._old | self._new)

    def claim(self, names: Iterable[str]) -> None:
        """Record files before they are written: the run after an interrupted one knows its files then."""
        if missing := frozenset(names) - self.known:
            self._record(self.known | missing)

    def keep(self, name: str, data: bytes) -> bool:
        """Write a file on its own: it is recorded first, and nothing else is removed. Return whether its content changed."""
        self.claim([name])
        return self.write(name, data)

    def remove(self, name: str) -> None:
        """Remove a file, dashkit's own or one that it took over."""
        _files.remove(_files.safe_join(self._folder, name), up_to=self._folder)
        self._new.discard(name)
        self._old.discard(name)
        self._record(self.known)

    def write(self, name: str, data: bytes) -> bool:
        """Write a file and return whether its content changed."""
        self._new.add(name)
        return _files.write_atomic(_files.safe_join(self._folder, name), data)

    def finish(self, *, complete: bool, suffix: str = "") -> list[str]:
        """Record dashkit's own files. If the build is ``complete``, also remove those that it no longer produces.

        With ``suffix``, only names that end so are removed: other kinds of files may share the folder.

        Returns:
            The names of the removed files.
        """
        gone = sorted(name for name in self._old - self._new if name.endswith(suffix)) if complete else []
        for name in gone:
            _files.remove(_files.safe_join(self._folder, name), up_to=self._folder)
        self._record(self.known - set(gone))
        return gone

    def _record(self, names: Iterable[str]) -> None:
        _files.write_atomic(self._manifest, _json.pretty({"files": sorted(names), "format_version": 1}))


def _read_manifest(path: Path) -> set[str]:
    if not path.exists():
        return set()
    manifest = _json.parse(_files.read_bytes(path), where=str(path))
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise InputError("this manifest is not from dashkit", where=str(path), hint=f"remove it: rm {path}")
    return set(files)
