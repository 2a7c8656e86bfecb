"""Compile a project in a process of its own, which has nothing of what changed its files, and say what it makes.

That process gets a JSON object: the ``project``, its ``paths`` of modules, the ``datasource_types``, the uids of the dashboards
that are ``wanted``, how ``rules`` are pushed, and whether to ``trace`` calls. It answers with what `Traced` holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit._process import WorkError, in_new_process, load
from dashkit.absorb.rules_made import Options, RulesMade, as_json, from_json, group_key, parts, rules_made
from dashkit.absorb.traced import Code, Dashboard, Frame, Record, Span, Traced, decoded, encoded, refs
from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Failure, Sources, compile_all
from dashkit.errors import InputError
from dashkit.model.alerts import AlertGroup
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.routing import Routing

Json = dict[str, Any]


def compiled(
    sources: Sources, wanted: Iterable[str] = (), *, trace: bool = False, rules: Options | None = None
) -> Traced:
    """Compile a project in a fresh process.

    Args:
        wanted: the uids of dashboards whose documents are of interest.
        trace: whether to record calls, too.
        rules: how rules are pushed, if what a push makes of them is of interest.

    Raises:
        InputError: the process failed.
    """
    asked = {
        "project": str(sources.project), "paths": [str(path) for path in sources.paths],
        "datasource_types": dict(sources.datasource_types), "wanted": sorted(wanted), "trace": trace,
        "rules": rules,
    }  # fmt: skip
    try:
        # The modules of a copy have no bytecode of an earlier run.
        answer = in_new_process(__name__, _json.compact(asked))
    except (WorkError, EOFError) as error:
        raise InputError(
            f"the project cannot be compiled in a process of its own: {str(error) or 'it ended'}"
        ) from None
    return _traced(_json.parse(answer, where="what the project makes"))


def get_ready() -> None:
    """Begin to load what `compiled` needs, while this process waits for a server."""
    load(__name__)


def work(data: bytes) -> bytes:
    """Compile the project in this process."""
    return _json.compact(_made(_json.parse(data, where="what to compile")))


def _made(asked: Mapping[str, Any]) -> Json:
    """Compile the project, and return what it makes as JSON."""
    project = Path(asked["project"])
    sources = Sources(project, tuple(map(Path, asked["paths"])), asked["datasource_types"])
    trace = _tracing(project) if asked["trace"] else None
    wanted = frozenset(asked["wanted"])
    digests: dict[str, str] = {}
    failures: list[tuple[str, str]] = []
    dashboards: dict[str, Json] = {}
    made: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for one in compile_all(sources):
        if isinstance(one, Failure):
            failures.append((one.where, one.message))
            continue
        digests[one.uid] = _json.digest([one.schema, list(one.folder), one.spec])
        _claim(one, made)
        if one.uid in wanted:
            dashboards[one.uid] = _dashboard(one, trace.said if trace else {})
    groups: list[AlertGroup] = []
    for entry in compile_alerts(sources):
        if isinstance(entry, Failure):
            failures.append((entry.where, entry.message))
            continue
        digests[_name(entry)] = _json.digest(_plain(entry))
        groups += [entry] if isinstance(entry, AlertGroup) else []
    found: Json = {"digests": digests, "failures": failures, "dashboards": dashboards}
    if asked["rules"] is not None:
        rules = rules_made(groups, asked["rules"], *([trace.number_of] if trace else []))
        found["rules"] = as_json(rules)
        for number, part in parts(rules):
            made[number].add(part)
    return found | ({**_calls(trace.records, made), "constants": trace.constants()} if trace else {})


def _tracing(project: Path) -> Any:
    from dashkit.absorb.trace import Trace

    trace = Trace(project)
    trace.install()
    return trace


def _dashboard(one: CompiledDashboard, said: Mapping[int, Json]) -> Json:
    return {
        "uid": one.uid, "file": one.source.path, "spec": one.spec, "schema": one.schema,
        "panels": {str(number): place.line for number, place in one.panels.items() if place.path == "@record"},
        "variables": {name: place.line for name, place in one.variables.items() if place.path == "@record"},
        "said": {str(number): place for number, place in said.items()},
    }  # fmt: skip


def _claim(one: CompiledDashboard, made: dict[int, set[tuple[str, str]]]) -> None:
    """Note for each record what of a dashboard it made."""
    for number, place in one.panels.items():
        made[place.line].add((one.uid, f"panel {number}"))
    for name, place in one.variables.items():
        made[place.line].add((one.uid, f"variable {name}"))


def _name(entry: AlertGroup | Routing) -> str:
    return group_key(entry.folder, entry.name) if isinstance(entry, AlertGroup) else "routing"


def _plain(value: Any) -> Any:
    """Return an alert group or a routing as plain values, without the lines where it is written."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.name != "source"}
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def _calls(records: Sequence[Record], made: dict[int, set[tuple[str, str]]]) -> Json:
    """Return the records as JSON, each function and span once."""
    for record in records:
        if record.helper == "new_dashboard":
            uid = str(record.named.get("uid"))
            made[record.number].add((uid, "dashboard"))
            for name in ("links", "annotations"):
                for number in refs(record.named.get(name)):
                    made[number].add((uid, f"{name} {number}"))
    codes: dict[Code, int] = {}
    spans: dict[Span, int] = {}
    makes: dict[int, set[tuple[str, str]]] = defaultdict(set)
    written = []
    for record in records:
        frames = [
            (codes.setdefault(one.code, len(codes)), spans.setdefault(one.span, len(spans))) for one in record.frames
        ]
        for _, span in frames:
            makes[span] |= made.get(record.number, set())
        named = {name: encoded(value) for name, value in record.named.items()}
        callee = codes.setdefault(record.callee, len(codes))
        written.append([record.helper, callee, frames, [encoded(one) for one in record.positional], named])
    return {
        "codes": [_values(one) for one in codes],
        "spans": [_values(one) for one in spans],
        "records": written,
        "makes": [[span, sorted(found)] for span, found in makes.items() if found],
    }


def _values(value: Any) -> list[Any]:
    return [getattr(value, one.name) for one in fields(value)]


def _traced(found: Json) -> Traced:
    spans = [Span(*one) for one in found.get("spans", ())]
    records = dict(enumerate(_records(found, spans)))
    makes = {spans[span]: frozenset((uid, part) for uid, part in parts) for span, parts in found.get("makes", ())}
    dashboards = {
        uid: Dashboard(**{**one, **{name: _by_number(one[name]) for name in ("panels", "said")}})
        for uid, one in found["dashboards"].items()
    }
    failures = tuple((where, message) for where, message in found["failures"])
    rules = from_json(found["rules"]) if "rules" in found else RulesMade()
    return Traced(found["digests"], failures, dashboards, records, makes, found.get("constants", {}), rules)


def _by_number(found: Mapping[str, Any]) -> dict[int, Any]:
    return {int(number): value for number, value in found.items()}


def _records(found: Json, spans: Sequence[Span]) -> Iterator[Record]:
    codes = [Code(file, name, tuple(params), *rest) for file, name, params, *rest in found.get("codes", ())]
    for number, (helper, callee, frames, positional, named) in enumerate(found.get("records", ())):
        yield Record(
            number, helper, codes[callee], tuple(Frame(codes[code], spans[span]) for code, span in frames),
            tuple(map(decoded, positional)), {name: decoded(value) for name, value in named.items()},
        )  # fmt: skip
