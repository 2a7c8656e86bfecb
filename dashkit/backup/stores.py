"""Stores of archives: a directory, or any place that fsspec supports (``s3://``, ``gs://``, ``abfs://``).

In each, a file with an archive's name is complete: it is renamed into place, or put into an object store in one piece.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from dashkit.backup.archive_name import stamp_of
from dashkit.backup.retention import Stamp
from dashkit.errors import ConfigError, InputError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: Places that store a file completely or not at all. Others that fsspec supports are caches or views, or do not persist.
SCHEMES = (
    "s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "r2", "file", "local", "sftp", "ssh", "smb", "webdav", "hdfs",
)  # fmt: skip
#: The lock of a directory of archives, for adding and removing.
LOCK = ".dashkit.lock"
_PARTIAL = ".partial"
#: The errors of file systems without hard links.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
#: After this many seconds a partial file is taken to be abandoned.
_ABANDONED = 24 * 3600


@dataclass(slots=True)
class Pending:
    """An archive that is being written. Its name can still change, as only at the end we know whether it is complete."""

    stream: BinaryIO
    name: str


class Store(Protocol):
    """A place that stores archives by name."""

    #: A directory or a URL without credentials, for display.
    where: str

    def stamps(self) -> list[Stamp]:
        """Return the archives in the store, in no particular order."""

    def has(self, name: str) -> bool:
        """Return whether there is an archive with that name."""

    def new(self, name: str, *, replaces: bool = False) -> AbstractContextManager[Pending]:
        """Return a stream for a new archive. It appears under its name when the block succeeds, and otherwise not at all.

        An existing archive with that name is overwritten only with ``replaces``.
        """

    def local(self, name: str) -> AbstractContextManager[Path]:
        """Return an archive as a file that can be read within the block."""

    def remove(self, name: str) -> None:
        """Remove an archive. Succeeds if it is already gone."""


def open_store(place: str) -> Store:
    """Open the store in a directory or at a URL."""
    return RemoteStore(place) if _SCHEME.match(place) else DirectoryStore(Path(place).expanduser())


class DirectoryStore:
    """A directory. Only their owner can read the archives."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.where = folder, str(folder)

    def stamps(self) -> list[Stamp]:
        with _own_errors(self.where):
            files = [entry for entry in os.scandir(self._folder) if entry.is_file()] if self._folder.is_dir() else []
            return list(filter(None, map(_stamp, files)))

    def has(self, name: str) -> bool:
        return (self._folder / name).exists()

    @contextmanager
    def new(self, name: str, *, replaces: bool = False) -> Iterator[Pending]:
        with _own_errors(str(self._folder / name)):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            handle, partial = tempfile.mkstemp(prefix=f".{name}.", suffix=_PARTIAL, dir=self._folder)  # mode 0600
            try:
                with os.fdopen(handle, "wb") as stream:
                    pending = Pending(stream, name)
                    yield pending
                    stream.flush()
                    os.fsync(stream.fileno())
                if replaces:
                    os.replace(partial, self._folder / pending.name)
                else:
                    _put_in_place(partial, self._folder / pending.name)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(partial)
                raise
            _sync(self._folder)

    def _sweep(self) -> None:
        """Remove what killed runs left behind. A recent file may belong to a run in progress."""
        for left in self._folder.glob(f".dashkit-*{_PARTIAL}"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        yield self._folder / name

    def remove(self, name: str) -> None:
        with _own_errors(str(self._folder / name)):
            (self._folder / name).unlink(missing_ok=True)


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        return stamp_of(entry.name, entry.stat().st_size)
    except FileNotFoundError:  # a push to another context has just finished writing it
        return None


class RemoteStore:
    """A URL that fsspec supports. Credentials come from where that store's own tools find them, never from the URL."""

    def __init__(self, url: str) -> None:
        scheme = url.partition("://")[0].lower()
        url = scheme + url[len(scheme) :]
        if scheme not in SCHEMES:
            hint = "use a directory, s3://, gs:// or abfs://"
            raise ConfigError(f"archives cannot be stored in {scheme}://", where=url, hint=hint)
        if "@" in url.partition("://")[2].partition("/")[0]:
            hint = "use the environment or the configuration files of that store's tools"
            raise ConfigError("the URL of a store must not contain credentials", hint=hint)
        try:
            import fsspec
        except ImportError:
            hint = "pip install s3fs, or fsspec and the package for your store"
            raise ConfigError(f"{scheme}:// needs fsspec", hint=hint) from None
        try:
            self._files: Any
            self._files, self._root = fsspec.core.url_to_fs(url)
        except Exception as error:
            raise ConfigError(f"{scheme}:// cannot be used: {error}", hint="for s3://, pip install s3fs") from None
        self.where = url

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _url(self, name: str) -> str:
        return f"{self.where.rstrip('/')}/{name}"

    def stamps(self) -> list[Stamp]:
        with _own_errors(self.where):
            self._files.invalidate_cache()
            try:
                entries = self._files.ls(self._root, detail=True)
            except FileNotFoundError:
                return []
            found = (stamp_of(str(entry["name"]).rpartition("/")[2], int(entry["size"] or 0)) for entry in entries)
            return list(filter(None, found))

    def has(self, name: str) -> bool:
        with _own_errors(self.where):
            return bool(self._files.exists(self._path(name)))

    @contextmanager
    def new(self, name: str, *, replaces: bool = False) -> Iterator[Pending]:
        where = self._url(name)
        with _own_errors(where), tempfile.TemporaryDirectory(prefix="dashkit-") as folder:
            path = Path(folder) / name
            with path.open("wb") as stream:
                pending = Pending(stream, name)
                yield pending
            target = self._path(pending.name)
            if not replaces and self._files.exists(target):
                raise InputError("there is an archive of that name already", where=where, hint="run it again")
            self._files.put_file(str(path), target)
            self._files.invalidate_cache()
            if int(self._files.info(target)["size"]) != path.stat().st_size:
                raise InputError(
                    "the stored file has another size than what was sent", where=where, hint="run it again"
                )

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="dashkit-") as folder:
            path = Path(folder) / name
            with _own_errors(self._url(name)):
                self._files.get_file(self._path(name), str(path))
            yield path

    def remove(self, name: str) -> None:
        with _own_errors(self._url(name)), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))


@contextmanager
def _own_errors(where: str) -> Iterator[None]:
    """Translate the errors of disks and stores into our own."""
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be used: {error.strerror or _first_line(error)}", where=where) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _FOREIGN:
            raise
        raise InputError(f"the store answered: {_first_line(error)}", where=where) from None


#: Libraries behind fsspec whose errors are not subclasses of OSError.
_FOREIGN = ("botocore", "aiobotocore", "s3fs", "gcsfs", "google", "adlfs", "azure", "aiohttp", "fsspec")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _put_in_place(partial: str, path: Path) -> None:
    """Give a finished file its name, never replacing another file."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise InputError("there is already an archive with this name", where=str(path)) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.replace(partial, path)
    else:
        os.unlink(partial)


def _sync(folder: Path) -> None:
    """Flush the directory too, so that a rename survives a power failure."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
