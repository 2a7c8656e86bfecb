"""What importing from the marketplace and updating share: the marketplace, its cache, dashkit.lock, and how an entry is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.import_ import JSON, PYTHON, Imported
from dashkit.app.lock import only_run
from dashkit.app.ports import Ports
from dashkit.config.context import user_path
from dashkit.config.project import STATE
from dashkit.document import rename
from dashkit.errors import InputError
from dashkit.market import cache, lock
from dashkit.market.client import Marketplace
from dashkit.market.fetch import Fetched, fetch
from dashkit.market.lock import Pinned, State


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where revisions are from: the marketplace, and the cache in front of it."""

    market: Marketplace
    cache: Path | None

    def fetch(self, dashboard: int, revision: int, sha256: str = "", *, fresh: bool = False) -> Fetched:
        """Return a revision, as `dashkit.market.fetch.fetch` does."""
        return fetch(self.market, self.cache, dashboard, revision, sha256, fresh=fresh)


def shelf(ports: Ports) -> Shelf:
    """Return the marketplace of the project. No request is sent yet."""
    project = ports.project
    ca = project.market.get("ca")
    place = user_path(project.root, ca, f"{project.file}: market.ca") if ca else None
    return Shelf(ports.market(project.market.get("url", ""), place), cache.directory(ports.environ))


def lock_file(ports: Ports) -> Path:
    """Return where dashkit.lock is: beside dashkit.yaml."""
    return ports.project.root / lock.NAME


@contextmanager
def only_writer(ports: Ports) -> Iterator[None]:
    """Keep other runs from writing dashkit.lock, which would lose the entries of one of them."""
    with only_run(ports.project.root / STATE / "market.lock", "import or update of dashboards of grafana.com"):
        yield


def document_of(fetched: Fetched, options: Mapping[str, Any], uid: str = "") -> Any:
    """Return what is imported of a revision: with the title and the uid of the options, and a uid in any case.

    Dashboards that were exported long ago have no uid. They get one that follows from their id, so that it stays.
    """
    uid = options.get("uid") or uid or rename.uid_of(fetched.document) or f"grafana-com-{fetched.dashboard}"
    return rename.renamed(fetched.document, title=options.get("title", ""), uid=uid)


def kind_of(options: Mapping[str, Any]) -> str:
    """Return what is written: a module, unless the options say otherwise."""
    return JSON if options.get("as") == JSON else PYTHON


def refuse_taken_uid(uid: str, dashboard: int, pins: Mapping[int, Pinned]) -> None:
    """Raise `InputError` if another dashboard of the marketplace has the uid: a copy keeps that of its original."""
    for other in pins.values():
        if other.uid == uid and other.id != dashboard:
            raise InputError(
                f"has the uid {uid!r}, which is that of dashboard {other.id} in {other.file}",
                hint=f"dashkit import --id {dashboard} --new-uid UID gives it another one",
            )


def pinned(fetched: Fetched, imported: Imported, root: Path, options: Mapping[str, Any]) -> Pinned:
    """Return the entry of a dashboard that was just written, to a file relative to the root."""
    data = _files.read_bytes(_files.safe_join(root, imported.file))
    return Pinned(
        fetched.dashboard, fetched.revision, fetched.sha256, imported.title, imported.uid, imported.file,
        lock.file_digest(data), options,
    )  # fmt: skip


def replaced(old: Pinned | None, new: Pinned, root: Path) -> tuple[str, ...]:
    """Remove the file of an entry whose dashboard is in another file now, and return a warning if it stays.

    That happens where one revision becomes a module, and another one stays JSON.
    """
    if old is None or old.file == new.file or lock.state(old, root) is State.MISSING:
        return ()
    if lock.state(old, root) is State.AS_IMPORTED:
        _files.remove(_files.safe_join(root, old.file), up_to=root)
        return ()
    return (f"{old.file} was edited, and stays beside {new.file}: keep one of the two",)
