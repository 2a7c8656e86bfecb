"""Where archives are: a directory, or any place that fsspec knows (``s3://``, ``gs://``, ``abfs://``).

In each, what bears an archive's name is whole: a directory's are renamed into place, an object store's put in one piece.
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
#: Places that keep what they are given, whole or not at all. Others of fsspec are caches, views, or forget.
SCHEMES = (
    "s3",
    "s3a",
    "gs",
    "gcs",
    "abfs",
    "abfss",
    "az",
    "oss",
    "r2",
    "file",
    "local",
    "sftp",
    "ssh",
    "smb",
    "webdav",
    "hdfs",
)
#: Held by whoever adds to a directory of archives, or takes away.
LOCK = ".dashkit.lock"
_PARTIAL = ".partial"
#: What file systems without hard links answer.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
#: Seconds after which nobody writes to a partial file any more.
_ABANDONED = 24 * 3600


@dataclass(slots=True)
class Pending:
    """An archive that is being written. Its name may still change: only at the end it is known whether it is complete."""

    stream: BinaryIO
    name: str


class Store(Protocol):
    """A place that holds archives by name."""

    #: For people: a directory or a URL, without credentials.
    where: str

    def stamps(self) -> list[Stamp]:
        """The archives that are there, in no order."""

    def has(self, name: str) -> bool:
        """Whether there is an archive of that name."""

    def new(self, name: str, *, replaces: bool = False) -> AbstractContextManager[Pending]:
        """A stream to write an archive to. It appears under its name when the block ends well, and else not at all.

        One that is there under that name is written over only where it ``replaces`` it.
        """

    def local(self, name: str) -> AbstractContextManager[Path]:
        """An archive as a file that can be read while the block lasts."""

    def remove(self, name: str) -> None:
        """May be called again for one that is gone."""


def open_store(place: str) -> Store:
    """The store of a directory or a URL."""
    return RemoteStore(place) if _SCHEME.match(place) else DirectoryStore(Path(place).expanduser())


class DirectoryStore:
    """A directory; archives are readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.where = folder, str(folder)

    def stamps(self) -> list[Stamp]:
        with _told(self.where):
            names = [entry for entry in os.scandir(self._folder) if entry.is_file()] if self._folder.is_dir() else []
            found = (stamp_of(entry.name, entry.stat().st_size) for entry in names)
            return [stamp for stamp in found if stamp is not None]

    def has(self, name: str) -> bool:
        return (self._folder / name).exists()

    @contextmanager
    def new(self, name: str, *, replaces: bool = False) -> Iterator[Pending]:
        path = self._folder / name
        with _told(str(path)):
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
        """What killed runs left; a young one may be another's at work."""
        for left in self._folder.glob(f".dashkit-*{_PARTIAL}"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink()

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        yield self._folder / name

    def remove(self, name: str) -> None:
        with _told(str(self._folder / name)):
            (self._folder / name).unlink(missing_ok=True)


class RemoteStore:
    """A URL of fsspec. Credentials come from where that store's own tools take them, never from the URL."""

    def __init__(self, url: str) -> None:
        scheme = url.partition("://")[0].lower()
        url = scheme + url[len(scheme) :]
        if scheme not in SCHEMES:
            raise ConfigError(f"no archives in {scheme}://", where=url, hint="a directory, s3://, gs:// or abfs://")
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ConfigError(
                "a URL with credentials in it", hint="use the environment or the files of that store's tools"
            )
        try:
            import fsspec
        except ImportError:
            raise ConfigError(f"{scheme}:// needs fsspec", hint="pip install 'dashkit[s3]'") from None
        try:
            self._files: Any
            self._files, self._root = fsspec.core.url_to_fs(url)
        except Exception as error:
            raise ConfigError(
                f"{scheme}:// cannot be used: {error}", hint="pip install 'dashkit[s3]' for s3://"
            ) from None
        self.where = url

    def stamps(self) -> list[Stamp]:
        with _told(self.where):
            self._files.invalidate_cache()
            try:
                entries = self._files.ls(self._root, detail=True)
            except FileNotFoundError:
                return []
            found = (stamp_of(str(entry["name"]).rpartition("/")[2], int(entry["size"] or 0)) for entry in entries)
            return [stamp for stamp in found if stamp is not None]

    def has(self, name: str) -> bool:
        with _told(self.where):
            return bool(self._files.exists(f"{self._root.rstrip('/')}/{name}"))

    @contextmanager
    def new(self, name: str, *, replaces: bool = False) -> Iterator[Pending]:
        where = f"{self.where.rstrip('/')}/{name}"
        with _told(where), tempfile.TemporaryDirectory(prefix="dashkit-") as folder:
            path = Path(folder) / name
            with path.open("wb") as stream:
                pending = Pending(stream, name)
                yield pending
            target = f"{self._root.rstrip('/')}/{pending.name}"
            self._files.put_file(str(path), target)
            self._files.invalidate_cache()
            if int(self._files.info(target)["size"]) != path.stat().st_size:
                raise InputError("what arrived is not what was sent: another size", where=where, hint="run it again")

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="dashkit-") as folder:
            path = Path(folder) / name
            with _told(f"{self.where.rstrip('/')}/{name}"):
                self._files.get_file(f"{self._root.rstrip('/')}/{name}", str(path))
            yield path

    def remove(self, name: str) -> None:
        with _told(f"{self.where.rstrip('/')}/{name}"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(f"{self._root.rstrip('/')}/{name}")


@contextmanager
def _told(where: str) -> Iterator[None]:
    """The failures of disks and stores in our own words; ours pass as they are."""
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be used: {error.strerror or _first_line(error)}", where=where) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _FOREIGN:
            raise
        raise InputError(f"the store answered: {_first_line(error)}", where=where) from None


#: Libraries behind fsspec, whose failures are no kind of OSError.
_FOREIGN = ("botocore", "aiobotocore", "s3fs", "gcsfs", "google", "adlfs", "azure", "aiohttp", "fsspec")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _put_in_place(partial: str, path: Path) -> None:
    """Give a finished file its name, never over another's."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise InputError("there is an archive of this name already", where=str(path)) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.replace(partial, path)
    else:
        os.unlink(partial)


def _sync(folder: Path) -> None:
    """The directory too, so that a rename outlives a power cut."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
