"""Take edits that people made in Grafana back into the source."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.copy import copied
from dashkit.absorb.form import formatted
from dashkit.absorb.search import Found, Search
from dashkit.absorb.told import by_hand
from dashkit.app import absorb_alerts
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation, unverified
from dashkit.app.consent import Question, require
from dashkit.app.git import prefix, uncommitted
from dashkit.app.ports import Event, Ports
from dashkit.app.pull import unclear
from dashkit.app.source import all_dashboards, sources
from dashkit.compiler.compile import compile_document
from dashkit.deploy.desired import Adjustments, desired, source_form
from dashkit.deploy.fit import Takes, as_stored, fit
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.document.normalise import Origin
from dashkit.document.read import as_resource
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.down import down
from dashkit.document.v2.parts import is_v2
from dashkit.errors import DashkitError, InputError, RefusedError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import LiveDashboard
from dashkit.model.words import counted
from dashkit.quiet.alike import look_alike
from dashkit.quiet.merge import merged, merged_documents
from dashkit.quiet.panels import quiet
from dashkit.quiet.threeway import Conflict

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit absorb`: some dashboards, or all that were edited."""

    context_name: str | None = None
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A file to write; ``path`` is relative to the project."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found, and the files to write.

    Attributes:
        uncommitted: those of the files that differ from the last commit.
        prefix: the path of the project in its repository, with a slash at the end.
    """

    connected: Connected
    results: tuple[Absorbed, ...]
    files: tuple[Change, ...] = ()
    uncommitted: tuple[str, ...] = ()
    prefix: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edited:
    """A dashboard that was edited: its step in the plan of a push, and what its source makes."""

    step: DashboardStep
    source: CompiledDashboard

    @property
    def live(self) -> Json:
        assert self.step.base is not None
        return dict(self.step.base.content["spec"])

    @property
    def schema(self) -> str:
        """The version of the v2 schema in which Grafana stores it; empty if it is classic."""
        assert self.step.base is not None
        schema = str(self.step.base.content["schema"])
        return schema if is_v2(self.live) else ""


def prepare(request: Request, ports: Ports) -> Prepared:
    """Compare the server with the source and with the last push, and find the edits of files that make up for what differs.

    Raises:
        InputError: a module is broken.
        UsageError: the source has no such dashboard.
        ServerError: the server cannot be read.
    """
    found = connected(ports, request.context_name)
    everything = all_dashboards(ports)
    adjustments = adjustments_of(ports.project, found.context)
    groups = absorb_alerts.asked(request.uids, found, everything, ports)
    chosen = list(_chosen(_of_dashboards(request.uids, groups, everything), everything, adjustments))
    require_organisation(found.context, found.server)
    takes = Takes(found.server.v2, found.server.scoped_variables)
    known = frozenset(one.uid for one in everything)
    items = [fit(item, takes) for item in desired(chosen, adjustments, known)]
    plan = make_plan(items, found.server, Policy("refuse"), owner_tag=adjustments.tag, orphans=False)
    by_uid = {one.uid: one for one in chosen}
    edited = [_Edited(step, by_uid[step.source_uid]) for step in plan.steps if step.drift is not None]
    rest = [step for step in plan.steps if step.drift is None]
    results, files = _absorbed(edited, adjustments, known, takes, ports) if edited else ([], ())
    results += [_untouched(step, bool(request.uids)) for step in rest if request.uids or step.action is Action.REFUSE]
    if groups is not None:
        texts = {one.path: one.after.decode() for one in files}
        more, changed = absorb_alerts.absorb_rules(groups, bool(request.uids), found, ports, texts)
        results += more
        files = _changes(ports.project.root, {**texts, **changed})
    warnings = (*found.warnings, *unverified(found.server), *unclear(adjustments))
    root = ports.project.root
    dirty = tuple(uncommitted(root, [one.path for one in files])) if files else ()
    return Prepared(found, tuple(results), tuple(files), dirty, prefix(root) if files else "", warnings)


def _of_dashboards(
    names: Sequence[str], groups: absorb_alerts.Asked | None, everything: list[CompiledDashboard]
) -> Sequence[str] | None:
    """Return the names that are not only those of groups of alert rules; None for all dashboards."""
    uids = {one.uid for one in everything}
    return [one for one in names if groups is None or one not in groups.names or one in uids] if names else None


def _changes(root: Path, texts: Mapping[str, str]) -> tuple[Change, ...]:
    changes = (Change(path, (root / path).read_bytes(), text.encode()) for path, text in sorted(texts.items()))
    return tuple(one for one in changes if one.before != one.after)


def _chosen(
    uids: Sequence[str] | None, everything: list[CompiledDashboard], adjustments: Adjustments
) -> Iterator[CompiledDashboard]:
    by_uid = {one.uid: one for one in everything}
    for uid in by_uid if uids is None else uids:
        short = uid if uid in by_uid else uid.removeprefix(adjustments.uid_prefix)
        if short not in by_uid:
            hint = f"`dashkit import --uid {shlex.quote(uid)}` writes a module for it"
            raise UsageError(f"the source has no dashboard {uid!r}", hint=hint)
        yield by_uid[short]


def _untouched(step: DashboardStep, named: bool) -> Absorbed:
    """Return the result for a dashboard without an edit, or with one that is not ours to take."""
    path = step.source.path if step.source else ""
    if step.action is Action.REFUSE:
        error = RefusedError(step.reason, where=step.ref.key, hint=step.hint)
        return Absorbed(step.source_uid, step.title, path, edited=False, error=error)
    return Absorbed(step.source_uid, step.title, path, edited=False)


@dataclass(slots=True)
class _Wanted:
    """What the source has to make of each dashboard, and what cannot be brought together."""

    documents: dict[str, Json] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    failed: list[Absorbed] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _absorbed(
    edited: Sequence[_Edited], adjustments: Adjustments, known: frozenset[str], takes: Takes, ports: Ports
) -> tuple[list[Absorbed], tuple[Change, ...]]:
    wanted = _wanted(edited, adjustments, ports)
    if not wanted.documents:
        return wanted.failed, ()

    def report(tries: int) -> None:
        ports.progress(Event("compiled", tries, None))

    root = ports.project.root

    def form(path: str, before: str, after: str) -> str:
        return formatted(root / path, before, after)

    with copied(sources(ports.project)) as copy:
        search = Search(copy, wanted.documents, wanted.files, form, report)
        found = search.run()
        by_uid = {one.source.uid: one for one in edited}
        wrong = {uid for uid, spec in found.done.items() if not _as_live(by_uid[uid], spec, adjustments, known, takes)}
        results = [_result(by_uid[uid], found, search, wanted, wrong) for uid in wanted.documents]
    texts = {} if wrong else found.texts
    return [*wanted.failed, *results], _changes(root, texts)


def _result(one: _Edited, found: Found, search: Search, wanted: _Wanted, wrong: set[str]) -> Absorbed:
    uid = one.source.uid
    notes = (*wanted.notes.get(uid, ()), *(note for note, of in found.notes.items() if of == uid))
    absorbed = Absorbed(uid, one.source.title, one.source.source.path, notes=notes)
    if uid in wrong:
        text = "the source would make what Grafana has, but not in this context"
        return replace(
            absorbed, error=InputError(text, where=uid, hint="look at `dashkit diff`, and change the source by hand")
        )
    if uid in found.done:
        return absorbed
    told = tuple(
        by_hand(left.change, search.project) for left in found.left if left.uid == uid and left.change is not None
    )
    if not told:
        text = "no edit of the source makes what Grafana has"
        return replace(
            absorbed, error=InputError(text, where=uid, hint="look at `dashkit diff`, and change the source by hand")
        )
    return replace(absorbed, by_hand=told)


def _as_live(one: _Edited, spec: Json, adjustments: Adjustments, known: frozenset[str], takes: Takes) -> bool:
    """Return whether a push would find nothing to change; if the source has changes of its own, it has those to push."""
    if not one.step.reverts:
        return True
    (item,) = desired([replace(one.source, spec=spec)], adjustments, known)
    assert one.step.base is not None
    live = LiveDashboard(item.uid, item.title, "", one.live, 0, schema=one.schema)
    return look_alike(as_stored(fit(item, takes), live).spec, one.live)


def _wanted(edited: Iterable[_Edited], adjustments: Adjustments, ports: Ports) -> _Wanted:
    wanted = _Wanted()
    for one in edited:
        uid, file = one.source.uid, one.source.source.path
        failed = Absorbed(uid, one.source.title, file)
        try:
            document, conflicts, notes = _document(one, adjustments, ports)
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


def _document(
    one: _Edited, adjustments: Adjustments, ports: Ports
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


def _as_source(spec: Json, schema: str, one: _Edited, types: Mapping[str, str]) -> Json:
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


def _compiled(spec: Json, one: _Edited, types: Mapping[str, str]) -> Json:
    """Return a classic document as the compiler writes it."""
    document = {**spec, "uid": one.source.uid, "title": spec.get("title") or one.source.title}
    return compile_document(document, Origin.FILE, types).spec


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed."""
    if not prepared.files:
        return ()
    what = counted(len(prepared.files), "file")
    return (Question(f"this would change {what}", f"Change {what}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports, *, yes: bool = False) -> None:
    """Write the files: all, or none if one of them has changed meanwhile.

    Args:
        yes: whether files with changes that are not committed may be written, too.

    Raises:
        RefusedError: this was not confirmed, or a file has changes that are not committed.
        InputError: a file has changed since it was read.
    """
    require(questions(prepared), consent)
    if prepared.uncommitted and not yes:
        raise RefusedError(
            "it has changes that are not committed, which an edit would mix with others; nothing was written",
            where=prepared.uncommitted[0], hint="commit or stash them, or add --yes",
        )  # fmt: skip
    root = ports.project.root
    for one in prepared.files:
        if (root / one.path).read_bytes() != one.before:
            raise InputError("has changed since it was read; nothing was written", where=one.path, hint="run it again")
    for one in prepared.files:
        _files.write_atomic(root / one.path, one.after)
