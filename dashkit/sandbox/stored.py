"""The stored dashboards, as pages show them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from dashkit import _json
from dashkit.lint.values import mapping, text
from dashkit.preview.data import Annotation
from dashkit.preview.dynamic.document import readable
from dashkit.preview.pages import Failed
from dashkit.preview.sources.port import Answer, Board, DataSource, Listed, View
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
        return Board(self._listed(found), {**readable(found.spec), "uid": uid}) if found else None

    def _listed(self, found: Dashboard) -> Listed:
        folder = self._store.folder(found.folder) if found.folder else None
        folders = [*self._store.ancestors(folder.uid), folder] if folder else []
        return Listed(found.uid, found.title, tuple(one.title for one in folders), tuple(found.tags))

    def failures(self) -> Sequence[Failed]:
        return ()

    @property
    def version(self) -> str:
        return self._state()

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


class WithStoredAnnotations:
    """Data from elsewhere, with the annotations that were saved in a sandbox, such as those of ``dashkit push --annotate``."""

    def __init__(self, store: Store, source: DataSource) -> None:
        self._store, self._source = store, source
        self.title, self.remote = source.title, source.remote

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        return self._source.ask(panel, targets, view)

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        return self._source.values(variable, query, view)

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        if text(mapping(annotation.get("datasource")).get("type")) != "grafana":
            return self._source.annotations(annotation, view)
        wanted = set(mapping(annotation.get("target")).get("tags") or annotation.get("tags") or ())
        colour = text(annotation.get("iconColor"))
        stored = [one for one in self._store.annotations() if wanted and wanted <= set(one.get("tags") or ())]
        found = [_annotation(one, colour) for one in stored]
        return [one for one in found if one.end >= view.time.start and one.start <= view.time.end]


def _annotation(stored: Mapping[str, Any], colour: str) -> Annotation:
    start = float(stored.get("time") or 0)
    tags = tuple(map(str, stored.get("tags") or ()))
    return Annotation(start, float(stored.get("timeEnd") or start), text(stored.get("text")), colour, tags)
