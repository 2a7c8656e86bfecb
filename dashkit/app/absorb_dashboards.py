"""Find what the source has to say so that it makes the dashboards that people edited in Grafana."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit import _json
from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.copy import copied
from dashkit.absorb.form import formatted
from dashkit.absorb.forms import board_of, said_by
from dashkit.absorb.search import Found, Search
from dashkit.absorb.told import by_hand
from dashkit.app.drift import Compared
from dashkit.app.ports import Event, Ports
from dashkit.app.source import sources
from dashkit.compiler.compile import compile_document
from dashkit.deploy.desired import Adjustments, source_form
from dashkit.deploy.fit import as_stored
from dashkit.deploy.steps import DashboardStep
from dashkit.document.normalise import Origin
from dashkit.document.read import as_resource
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.down import down
from dashkit.document.v2.parts import is_v2
from dashkit.errors import DashkitError, InputError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import LiveDashboard
from dashkit.quiet.alike import look_alike
from dashkit.quiet.merge import merged, merged_documents
from dashkit.quiet.panels import quiet
from dashkit.quiet.threeway import Conflict

Json = dict[str, Any]

_BY_HAND = "look at `dashkit diff`, and change the source by hand"


@dataclass(frozen=True, slots=True)
class Edited:
    """A dashboard that was edited: its step in the plan of a push, and what its source makes."""

    step: DashboardStep
    source: CompiledDashboard

    @property
    def live(self) -> Json:
        """The document that Grafana has."""
        assert self.step.base is not None
        return dict(self.step.base.content["spec"])

    @property
    def schema(self) -> str:
        """The version of the v2 schema in which Grafana stores it; empty if it is classic."""
        assert self.step.base is not None
        schema = str(self.step.base.content["schema"])
        return schema if is_v2(self.live) else ""


@dataclass(slots=True)
class _Wanted:
    """What the source has to make of each dashboard, and what cannot be brought together."""

    documents: dict[str, Json] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    failed: list[Absorbed] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def absorb_dashboards(
    edited: Sequence[Edited], against: Compared, ports: Ports
) -> tuple[list[Absorbed], dict[str, str]]:
    """Return what came of the edits of dashboards, and the new texts of files by their paths in the project.

    Raises:
        InputError: the project cannot be copied, or compiled in a process of its own.
    """
    wanted = _wanted(edited, against.adjustments, ports)
    if not wanted.documents:
        return wanted.failed, {}

    def report(tries: int) -> None:
        ports.progress(Event("compiled", tries, None))

    root = ports.project.root

    def form(path: str, before: str, after: str) -> str:
        return formatted(root / path, before, after)

    with copied(sources(ports.project)) as copy:
        search = Search(copy, wanted.documents, wanted.files, form, report)
        found = search.run()
        by_uid = {one.source.uid: one for one in edited}
        wrong = {uid for uid, spec in found.done.items() if not _as_live(by_uid[uid], spec, against)}
        results = [_result(by_uid[uid], found, search, wanted, wrong) for uid in wanted.documents]
    if wrong:  # the others are taken without these
        rest, texts = absorb_dashboards([one for one in edited if one.source.uid not in wrong], against, ports)
        return [*(one for one in results if one.uid in wrong), *rest], texts
    return [*wanted.failed, *results], dict(found.texts)


def _result(one: Edited, found: Found, search: Search, wanted: _Wanted, wrong: set[str]) -> Absorbed:
    uid = one.source.uid
    notes = (*wanted.notes.get(uid, ()), *(note for note, of in found.notes.items() if of == uid))
    absorbed = Absorbed(uid, one.source.title, one.source.source.path, notes=notes)
    if uid in wrong:
        text = "the source would make what Grafana has, but not in this context"
        return replace(absorbed, error=InputError(text, where=uid, hint=_BY_HAND))
    if uid in found.done:
        return absorbed
    told = tuple(
        by_hand(left.change, search.project) for left in found.left if left.uid == uid and left.change is not None
    )
    if not told:
        text = "no edit of the source makes what Grafana has"
        return replace(absorbed, error=InputError(text, where=uid, hint=_BY_HAND))
    return replace(absorbed, by_hand=told)


def _as_live(one: Edited, spec: Json, against: Compared) -> bool:
    """Return whether a push would find nothing to change; if the source has changes of its own, it has those to push."""
    if not one.step.reverts:
        return True
    item = against.desired(replace(one.source, spec=spec))
    live = LiveDashboard(item.uid, item.title, "", one.live, 0, schema=one.schema)
    return look_alike(as_stored(item, live).spec, one.live)


def _wanted(edited: Iterable[Edited], adjustments: Adjustments, ports: Ports) -> _Wanted:
    wanted = _Wanted()
    for one in edited:
        uid, file = one.source.uid, one.source.source.path
        failed = Absorbed(uid, one.source.title, file)
        try:
            document, conflicts, notes = _readable(one, adjustments, ports)
        except DashkitError as error:
            error.where = error.where or uid
            wanted.failed.append(replace(failed, error=error))
            continue
        if conflicts:
            wanted.failed.append(replace(failed, conflicts=conflicts))
            continue
        wanted.documents[uid] = document
        wanted.notes[uid] = notes
        if file.endswith(".json"):
            schema = one.source.schema
            wanted.files[file] = _json.pretty(as_resource(uid, schema, document) if schema else document).decode()
    return wanted


def _readable(
    one: Edited, adjustments: Adjustments, ports: Ports
) -> tuple[Json, tuple[Conflict, ...], tuple[str, ...]]:
    """Return the same as `_document`. Raises `InputError`, too, for what no call of a helper can say."""
    try:
        document, conflicts, notes = _document(one, adjustments, ports)
        if not conflicts:
            board_of(one.source.uid, document)
            said_by(one.source.uid, document)
    except (TypeError, ValueError, LookupError, AttributeError):
        text = "what Grafana has is shaped in a way that nothing is known about"
        raise InputError(text, where=one.source.uid, hint=_BY_HAND) from None
    return document, conflicts, notes


def _document(
    one: Edited, adjustments: Adjustments, ports: Ports
) -> tuple[Json, tuple[Conflict, ...], tuple[str, ...]]:
    """Return what the source has to make, what is in conflict, and what to say about it."""
    drift = one.step.drift
    assert drift is not None
    notes = ["somebody moved it to another folder in Grafana: move its file, too"] if drift.moved else []

    def form(spec: Json, schema: str) -> Json:
        return _as_source(source_form(spec, adjustments), schema, one, ports.project.datasource_types)

    live = form(one.live, one.schema)
    if one.step.reverts:
        return live, (), tuple(notes)
    if drift.pushed is None:
        notes.append("what was pushed last is not known any more: all that differs is taken from Grafana")
        return live, (), tuple(notes)
    base, source = form(drift.pushed, drift.schema), one.source.spec
    if one.source.schema:
        both, conflicts = merged_documents(base, source, live)
        return both, conflicts, tuple(notes)
    both, conflicts = merged(*(quiet(spec)[0] for spec in (base, source, live)))
    return _compiled(both, one, ports.project.datasource_types), conflicts, tuple(notes)


def _as_source(spec: Json, schema: str, one: Edited, types: Mapping[str, str]) -> Json:
    """Return a stored document in the schema of the source.

    Raises:
        InputError: the source has what only the v2 schema can say, and Grafana keeps a classic dashboard.
    """
    if not one.source.schema:
        return _compiled(down(spec).classic if is_v2(spec) else spec, one, types)
    if not is_v2(spec):
        text = "the source has tabs or auto grids, and this Grafana keeps a classic dashboard, which does not say them"
        raise InputError(text, where=one.source.uid, hint="change the source by hand; `dashkit diff` shows the edit")
    return in_dialect(spec, of=schema, to=one.source.schema)


def _compiled(spec: Json, one: Edited, types: Mapping[str, str]) -> Json:
    """Return a classic document as the compiler writes it."""
    document = {**spec, "uid": one.source.uid, "title": spec.get("title") or one.source.title}
    return compile_document(document, Origin.FILE, types).spec
