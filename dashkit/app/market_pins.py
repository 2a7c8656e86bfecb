"""What importing from the marketplace and updating share: the marketplace, its cache, dashkit.lock, and how an entry is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.import_request import JSON, PYTHON, Imported, Request
from dashkit.app.lock import only_run
from dashkit.app.ports import Ports
from dashkit.config.context import user_path
from dashkit.config.project import STATE
from dashkit.document import rename
from dashkit.errors import InputError
from dashkit.importer.inputs import names_of
from dashkit.market import cache, lock
from dashkit.market.client import Marketplace
from dashkit.market.fetch import Fetched, fetch
from dashkit.market.lock import Pinned, State

_USUAL = Request()
#: The options of an import that an update follows, too: as dashkit.lock calls them, and as a request does.
_KEPT = {"as": "kind", "title": "title", "uid": "new_uid", "inputs": "inputs", "upgrade": "upgrade"}


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


def options_of(request: Request, pin: Pinned | None) -> dict[str, Any]:
    """Return the options of a dashboard's import: those of its entry, and over them those that the request gives."""
    given = {key: value for key, name in _KEPT.items() if (value := getattr(request, name)) != getattr(_USUAL, name)}
    return {**(pin.options if pin else {}), **given}


def request_of(options: Mapping[str, Any], to: Path, *, force: bool) -> Request:
    """Return the request that imports a dashboard with these options to below a directory.

    Raises:
        InputError: dashkit.lock has an option that is none.
    """
    for key, value in options.items():
        name = _KEPT.get(key, "")
        if not name or type(value) is not type(getattr(_USUAL, name)) or (key == "as" and value not in (PYTHON, JSON)):
            hint = "a newer dashkit may have written it; else remove it"
            raise InputError(f"the option `{key}: {value}` is not known", where=lock.NAME, hint=hint)
    return Request(to=to, force=force, **{_KEPT[key]: value for key, value in options.items()})


def document_of(fetched: Fetched, request: Request, uid: str = "") -> Any:
    """Return what is imported of a revision: with the title and the uid of the request, and a uid in any case.

    Dashboards that were exported long ago have no uid. They get one that follows from their id, so that it stays.
    """
    uid = request.new_uid or uid or rename.uid_of(fetched.document) or f"grafana-com-{fetched.dashboard}"
    return rename.renamed(fetched.document, title=request.title, uid=uid)


def fitted(request: Request, document: Any) -> Request:
    """Return the request for one dashboard: a single file, since dashkit.lock knows one, and the inputs that it has by now."""
    names = names_of(document)
    return replace(
        request, one_file=True, inputs={name: value for name, value in request.inputs.items() if name in names}
    )


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
