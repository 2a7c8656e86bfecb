"""Read lists: page by page, or one request per entry, several at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from dashkit._http import Connection
from dashkit._parallel import ordered_map
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect
from dashkit.model.paths import at

_In = TypeVar("_In")
_Out = TypeVar("_Out")
#: Reads at a time. More did not help on any version that was measured.
_READERS = 4
_LIMIT = 1000


def pages(
    connection: Connection,
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    member: str = "",
    size: str = "perpage",
    limit: int = _LIMIT,
    first: int = 1,
) -> Iterator[dict[str, Any]]:
    """Yield all entries of a list with numbered pages.

    Args:
        params: more parameters of the request.
        member: the path of the list in the answer; empty if the answer itself is the list.
        size: the name of the parameter for the page size.
        limit: the page size.
        first: the number of the first page.
    """
    for page in itertools.count(first):
        value = expect(connection.get(path, {**(params or {}), size: limit, "page": page})).json()
        entries = at(value, member) if member else value
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise ServerError("answered without a list of objects", where=path)
        yield from entries
        if len(entries) < limit:
            return


def resources(
    connection: Connection,
    path: str,
    *,
    params: Mapping[str, Any] | None = None,
    limit: int = _LIMIT,
    first: dict[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield all resources of a list below ``/apis``. The server cuts its pages at about 2 MiB.

    Args:
        params: more parameters of the request.
        limit: the page size.
        first: the first page, if it was read already.
    """
    params = {**(params or {}), "limit": limit}
    page = first
    while True:
        page = page or expect(connection.get(path, params, headers=headers)).object()
        yield from page.get("items") or ()
        token = (page.get("metadata") or {}).get("continue")
        if not token:
            return
        params["continue"], page = token, None


def read_each(read: Callable[[_In], _Out | None], entries: Iterable[_In]) -> Iterator[_Out]:
    """Yield what ``read`` returns for each entry, in order. None is left out: the object is gone since it was listed."""
    return (found for found in ordered_map(read, entries, _READERS) if found is not None)
