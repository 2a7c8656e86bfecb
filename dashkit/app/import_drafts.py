"""From a document that was found to the module that makes it, which has yet to be proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from dashkit import _files, _json
from dashkit.app.import_request import JSON, PYTHON, Imported, Request
from dashkit.app.import_sources import Found
from dashkit.authoring.call import Call
from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Normalised, Origin
from dashkit.document.read import Resource, as_resource, read_v2
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.down import down
from dashkit.errors import InputError, ServerError, SpecError
from dashkit.importer import fresh
from dashkit.importer.count import counts
from dashkit.importer.dynamic import dynamic_board
from dashkit.importer.inputs import names_of, resolved
from dashkit.importer.module import document_text, module_text
from dashkit.importer.names import module_name
from dashkit.importer.proof import written
from dashkit.importer.upgrade import Upgraded, upgrade
from dashkit.quiet.canonical import said
from dashkit.quiet.dynamic import dynamic, dynamic_canonical
from dashkit.quiet.filled import WRITTEN_OUT
from dashkit.quiet.panels import in_words, quiet


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to write, and the digest of what a module in it has to make; empty for JSON."""

    imported: Imported
    data: bytes
    digest: str = ""
    #: What makes the dashboard, for a module of several files if it is long.
    call: Call | None = None
    #: More files, by their paths from the target on.
    more: Mapping[str, bytes] = field(default_factory=dict)
    #: The document, which the module can also hold as JSON if the helpers do not make the same after all.
    spec: dict[str, Any] | None = None
    #: What is written if no module makes the same.
    instead: Draft | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: uids, titles in a directory, and the names of modules by their directories."""

    #: The uids so far, and their sources.
    uids: dict[str, str] = field(default_factory=dict)
    #: The names of the inputs that documents have.
    inputs: set[str] = field(default_factory=set)
    #: The uids of dashboards by their directories and titles.
    titles: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)
    names: defaultdict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))


def drafted(found: Found, request: Request, taken: Taken) -> Draft:
    """Return what a dashboard becomes. What goes wrong is its error, and hides no other."""
    try:
        draft = _read(found.read(), found, request, taken)
        _refuse_taken(draft.imported, found, taken)
    except (InputError, ServerError) as error:
        error.where = error.where or found.shown
        return Draft(Imported(found.shown, error=error), b"")
    taken.uids[draft.imported.uid] = found.shown
    taken.titles[found.directories, draft.imported.title] = draft.imported.uid
    taken.names[found.directories].add(Path(draft.imported.file).stem)
    return draft


def _refuse_taken(imported: Imported, found: Found, taken: Taken) -> None:
    if imported.uid in taken.uids:
        raise InputError(f"its uid {imported.uid!r} is that of {taken.uids[imported.uid]}, too", where=found.shown)
    other = taken.titles.get((found.directories, imported.title))
    if other not in (None, imported.uid):
        text = f"{other!r} in this folder has the title {imported.title!r}, too, which a project has once in a folder"
        raise InputError(text, where=found.shown, hint="rename one of them in Grafana, or import it with --title")


def _read(value: Any, found: Found, request: Request, taken: Taken) -> Draft:
    if (resource := read_v2(value)) is not None:
        return _dynamic(resource, found, request, taken)
    taken.inputs.update(names_of(value))
    value, notes = resolved(value, request.inputs, request.ask)
    compiled = _compiled(value)
    upgraded = upgrade(compiled.spec) if request.upgrade else Upgraded(compiled.spec)
    spec = upgraded.spec
    uid, title = spec["uid"], spec["title"]
    suffix = ".py" if request.kind == PYTHON else ".json"
    imported = Imported(found.shown, uid, title, _file(title, uid, found, suffix, taken, request.to))
    lost = (*upgraded.lost, *(upgraded.alerts.unwritten if request.kind == JSON else ()))
    told = replace(imported, notes=(*notes, *compiled.notes), modernised=upgraded.modernised, lost=lost)
    imported = replace(told, alerts=upgraded.alerts)
    if request.kind == JSON:
        return Draft(replace(imported, equal=True), _json.pretty(spec))
    return _classic(spec, imported)


def _compiled(value: Any) -> Normalised:
    try:
        return compile_document(value, Origin.FILE, {})
    except SpecError as error:
        if error.pointer == "/uid":
            error.hint = "--new-uid UID gives it one"
        raise


def _classic(spec: dict[str, Any], imported: Imported) -> Draft:
    """Return the module of a classic dashboard in canonical form."""
    quieter, remarks = quiet(spec)
    wanted = said(quieter)
    imported = replace(imported, lines=(0, _json.pretty(spec).count(b"\n")))
    made = written(imported.uid, wanted) if spec.get("schemaVersion") == CURRENT else None
    if made is not None and made.equal:
        left_out = tuple(in_words(one for one in remarks if one.done != WRITTEN_OUT))
        imported = replace(imported, panels=counts(made.call), left_out=left_out)
        return Draft(imported, module_text(made.call).encode(), fresh.digest(wanted), made.call, spec=spec)
    note = f"schema {spec.get('schemaVersion')} keeps its number and its panels as they are; --upgrade brings them to today's"
    notes = imported.notes if made else (*imported.notes, note)
    imported = replace(imported, notes=notes, panels=counts(spec))
    return Draft(imported, document_text(spec).encode(), fresh.digest(wanted))


def _dynamic(resource: Resource, found: Found, request: Request, taken: Taken) -> Draft:
    """Return the module of a dashboard of the v2 schema, or its JSON where no module makes it."""
    uid, spec, title = resource.uid, resource.spec, str(resource.spec.get("title") or "")
    if not uid:
        hint = "save the whole resource, with apiVersion and metadata"
        raise InputError(
            "a dashboard of the v2 schema has its uid in the resource around it, which is missing", hint=hint
        )
    data = _json.pretty(as_resource(uid, resource.schema, spec))
    notes = ("stays JSON: no module makes the same",) if request.kind == PYTHON else ()
    imported = Imported(
        found.shown, uid, title, _file(title, uid, found, ".json", taken, request.to), True, notes=notes
    )
    as_json = Draft(imported, data)
    if request.kind == JSON:
        return as_json
    file = _file(title, uid, found, ".py", taken, request.to)
    imported = Imported(found.shown, uid, title, file, lines=(0, data.count(b"\n")))
    lowered = down(spec)
    try:
        if not lowered.losses:  # the classic schema says all of it, and so does a module without tabs and the like
            classic = compile_document({**lowered.classic, "uid": uid}, Origin.FILE, {}).spec
            return replace(_classic(classic, imported), instead=as_json)
        document = dynamic(uid, spec)
        call = dynamic_board(document)
        wanted = fresh.digest(dynamic_canonical(document))
        text = module_text(call)
    except (InputError, TypeError, ValueError, LookupError, AttributeError):
        return as_json  # shaped in a way that no module makes
    return Draft(replace(imported, panels=counts(call)), text.encode(), wanted, call, instead=as_json)


def _file(title: str, uid: str, found: Found, suffix: str, taken: Taken, to: Path) -> str:
    if found.file:
        return str(PurePosixPath(found.file).with_suffix(suffix))
    folder = found.directories
    names = taken.names[folder]
    name = module_name(title, uid, names)
    if _is_anothers(to.joinpath(*folder, name + suffix), uid):
        name = module_name(title, uid, {*names, name})
    return "/".join((*folder, name + suffix))


def _is_anothers(path: Path, uid: str) -> bool:
    """Return whether a file is there that does not say this uid: it is not what became of this dashboard before."""
    if not path.is_file():
        return False
    text = _files.read_bytes(path).decode(errors="replace")
    return not any(f"{quote}{uid}{quote}" in text for quote in "\"'")
