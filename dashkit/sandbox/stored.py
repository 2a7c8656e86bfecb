"""The stored dashboards, as pages show them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from dashkit import _json
from dashkit.preview.pages import Failed
from dashkit.preview.sources.port import Board, Listed
from dashkit.sandbox.records import Dashboard
from dashkit.sandbox.store import Store

#: Seconds between two looks at whether something was saved.
_LOOK = 0.5


class StoredDashboards:
    """A source of dashboards that follows what is saved in a sandbox."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(self) -> Sequence[Listed]:
        return [self._listed(one) for one in self._store.hits()]

    def board(self, uid: str) -> Board | None:
        found = self._store.dashboard(uid)
        return Board(self._listed(found), found.spec) if found else None

    def _listed(self, found: Dashboard) -> Listed:
        folder = self._store.folder(found.folder) if found.folder else None
        folders = [*self._store.ancestors(folder.uid), folder] if folder else []
        return Listed(found.uid, found.title, tuple(one.title for one in folders), tuple(found.tags))

    def failures(self) -> Sequence[Failed]:
        return ()

    async def events(self) -> AsyncIterator[str]:
        """Yield ``changed`` after each save, and an empty text now and then to keep the line open."""
        before = self._state()
        waited = 0.0
        while True:
            await asyncio.sleep(_LOOK)
            waited += _LOOK
            now = self._state()
            if now != before:
                before, waited = now, 0.0
                yield "changed"
            elif waited >= 15:
                waited = 0.0
                yield ""

    def _state(self) -> str:
        return _json.digest([[one.uid, one.version, one.folder] for one in self._store.hits()])
