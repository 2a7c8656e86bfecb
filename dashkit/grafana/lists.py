"""Read lists: page by page, or one request per entry, several at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
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
    headers: Mapping[str, str] | None = None,
    first: dict[str, Any] | None = None,
    most: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the resources of a list below ``/apis``. The server cuts its pages at about 2 MiB.

    The next page is fetched while the caller works on one.

    Args:
        params: more parameters of the request.
        first: the first page, if it was read already.
        most: how many are wanted; None for all.
    """
    size = _LIMIT if most is None else min(most, _LIMIT)

    def fetch(token: str) -> dict[str, Any]:
        more = {"continue": token} if token else {}
        return expect(connection.get(path, {**(params or {}), "limit": size, **more}, headers=headers)).object()

    page, left = first or fetch(""), most
    with ExitStack() as pools:
        pool: ThreadPoolExecutor | None = None
        while True:
            items, token = page.get("items") or [], (page.get("metadata") or {}).get("continue")
            if left is not None:
                items, left = items[:left], left - len(items)
            coming: Future[dict[str, Any]] | None = None
            if token and (left is None or left > 0):
                pool = pool or pools.enter_context(ThreadPoolExecutor(1))
                coming = pool.submit(fetch, token)
            yield from items
            if coming is None:
                return
            page = coming.result()


def read_each(read: Callable[[_In], _Out | None], entries: Iterable[_In]) -> Iterator[_Out]:
    """Yield what ``read`` returns for each entry, in order. None is left out: the object is gone since it was listed."""
    return (found for found in ordered_map(read, entries, _READERS) if found is not None)
