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
from dashkit.absorb.merge import Conflict, merged
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
from dashkit.document.v2.down import down
from dashkit.document.v2.parts import is_v2
from dashkit.errors import DashkitError, InputError, RefusedError, UsageError
from dashkit.importer.format import require_formatter
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import LiveDashboard
from dashkit.model.words import counted
from dashkit.quiet.alike import look_alike
from dashkit.quiet.panels import quiet

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
        InputError: a module is broken, or the formatter is not installed.
        UsageError: the source has no such dashboard.
        ServerError: the server cannot be read.
    """
    require_formatter()
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

    with copied(sources(ports.project)) as copy:
        search = Search(copy, wanted.documents, wanted.files, report)
        found = search.run()
        texts = {path: _in_form(ports.project.root / path, text) for path, text in found.texts.items()}
        made = search.prove(texts, found.done)
        if made is None:  # a formatter changes nothing that counts; if one did, its work is not taken
            texts = dict(found.texts)
            made = search.prove(texts, found.done) or {}
        by_uid = {one.source.uid: one for one in edited}
        wrong = {uid for uid in made if not _as_live(by_uid[uid], made[uid], adjustments, known, takes)}
        results = [_result(by_uid[uid], found, search, wanted, wrong) for uid in wanted.documents]
    if wrong or not made:
        texts = {}
    return [*wanted.failed, *results], _changes(ports.project.root, texts)


def _result(one: _Edited, found: Found, search: Search, wanted: _Wanted, wrong: set[str]) -> Absorbed:
    uid = one.source.uid
    absorbed = Absorbed(uid, one.source.title, one.source.source.path, notes=wanted.notes.get(uid, ()))
    if uid in wrong:
        text = "the source would make what Grafana has, but not in this context"
        return replace(absorbed, error=InputError(text, where=uid, hint="look at `dashkit diff`, and change the source by hand"))
    if uid in found.done:
        return absorbed
    told = tuple(by_hand(left.change, search.project) for left in found.left if left.uid == uid and left.change is not None)
    if not told:
        text = "no edit of the source makes what Grafana has"
        return replace(absorbed, error=InputError(text, where=uid, hint="look at `dashkit diff`, and change the source by hand"))
    return replace(absorbed, by_hand=told)


def _as_live(one: _Edited, spec: Json, adjustments: Adjustments, known: frozenset[str], takes: Takes) -> bool:
    """Return whether a push would find nothing to change; if the source has changes of its own, it has those to push."""
    if not one.step.reverts:
        return True
    (item,) = desired([replace(one.source, spec=spec)], adjustments, known)
    assert one.step.base is not None
    live = LiveDashboard(item.uid, item.title, "", one.live, 0, schema=one.schema)
    return look_alike(as_stored(fit(item, takes), live).spec, one.live)


def _in_form(path: Path, text: str) -> str:
    before = path.read_bytes().decode()
    return formatted(path, before, text) if path.suffix == ".py" else text


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
            wanted.files[file] = _json.pretty(document).decode()
    return wanted


def _document(one: _Edited, adjustments: Adjustments, ports: Ports) -> tuple[Json, tuple[Conflict, ...], tuple[str, ...]]:
    """Return what the source has to make, what is in conflict, and what to say about it."""
    types = ports.project.datasource_types
    drift = one.step.drift
    assert drift is not None
    notes = ["somebody moved it to another folder in Grafana: move its file, too"] if drift.moved else []
    live = _classic(one.live, one, adjustments, types)
    if one.step.reverts:
        return live, (), tuple(notes)
    if drift.pushed is None:
        notes.append("what was pushed last is not known any more: all that differs is taken from Grafana")
        return live, (), tuple(notes)
    base = _classic(drift.pushed, one, adjustments, types)
    forms = [quiet(spec)[0] for spec in (base, one.source.spec, live)]
    both, conflicts = merged(*forms)
    return _compiled(both, one, types), conflicts, tuple(notes)


def _classic(spec: Json, one: _Edited, adjustments: Adjustments, types: Mapping[str, str]) -> Json:
    """Return a stored document as the source would make it, in the classic schema."""
    form = source_form(spec, adjustments)
    return _compiled(down(form).classic if is_v2(form) else form, one, types)


def _compiled(spec: Json, one: _Edited, types: Mapping[str, str]) -> Json:
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
