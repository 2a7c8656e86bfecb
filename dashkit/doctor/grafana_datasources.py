"""Rows about the datasources of a Grafana: whether they answer, and whether those that the project uses exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dashkit.doctor.grafana_uses import Use, Uses
from dashkit.doctor.row import Row, State, some
from dashkit.model.health import DatasourceHealth, Verdict
from dashkit.model.live import Datasource
from dashkit.model.words import counted

PART = "Datasources"
#: One plugin, two names: 10.1 knows the one of before.
_ALIASES = {"testdata": "grafana-testdata-datasource"}


def health_row(found: Datasource, health: DatasourceHealth, uses: Uses, backends: frozenset[str] | None) -> Row:
    """Return how a datasource answered the check of its plugin.

    Args:
        backends: the types with a part that runs on the server; None if that is not known.
    """
    users = users_of(found, uses)
    used = f"; used by {some(users)}" if users else "; not used by this project"
    check, message = name_of(found), health.message
    if health.verdict is Verdict.OK:
        return Row(State.OK, PART, check, message + used)
    if health.verdict is Verdict.NO_CHECK or (
        health.verdict is Verdict.NOT_RUNNING and backends is not None and found.type not in backends
    ):
        return Row(State.SKIPPED, PART, check, f"its plugin has no health check{used}")
    mend = f"try Connections > Data sources > {found.name} > Save & test in Grafana; its log says more"
    if health.verdict is Verdict.NO_PLUGIN:
        message, mend = "its plugin is not installed", f"install the plugin {found.type}, or delete the datasource"
    # What this project does not use may be anybody's; its fault should not wake up those who watch this project.
    return Row(State.FAILED if users else State.WARNING, PART, check, message + used, mend)


def not_all() -> Row:
    """Return the row of credentials that may query datasources, but not list all."""
    evidence = "the credentials may not list them (datasources:read): only those that they may query are looked at"
    return Row(State.SKIPPED, PART, "list", evidence)


def name_of(found: Datasource) -> str:
    """Return the name of a datasource for people, with its type."""
    return f"{found.name} ({found.type})"


def users_of(found: Datasource, uses: Uses) -> frozenset[str]:
    """Return the dashboards and groups that use a datasource, or let people choose it."""
    names = [found.uid, found.name, *([""] if found.default else [])]
    own = (uses.uids[name].users for name in names if name in uses.uids)
    return frozenset(uses.variables.get(found.type, ())).union(*own)


def use_rows(uses: Uses, server: Sequence[Datasource], mapped: Mapping[str, str]) -> list[Row]:
    """Return a row for each datasource that the project uses and the server lacks, or one that says that it has all.

    Args:
        mapped: what the context calls datasources of the source.
    """
    rows = [row for uid, use in sorted(uses.uids.items()) for row in _use(uid, use, server, mapped)]
    kinds = {_plain(entry.type) for entry in server}
    for kind, users in sorted(uses.variables.items()):
        if kind and _plain(kind) not in kinds:
            evidence = f"there is none for people to choose from in {some(users)}"
            rows.append(Row(State.FAILED, PART, f"type {kind}", evidence, f"add a datasource of the type {kind}"))
    if not rows and (uses.uids or uses.variables):
        what = [counted(len(uses.uids), "datasource")] if uses.uids else []
        what += [counted(len(uses.variables), "type") + " to choose from"] if uses.variables else []
        rows.append(Row(State.OK, PART, "used by the project", f"{' and '.join(what)}: all there"))
    return rows


def _use(uid: str, use: Use, server: Sequence[Datasource], mapped: Mapping[str, str]) -> Iterator[Row]:
    found = _find(uid, server)
    check = f"uid {uid}" if uid else "the default datasource"
    if found is None:
        evidence = f"{'not on this Grafana' if uid else 'no datasource is the default'}; used by {some(use.users)}"
        yield Row(State.FAILED, PART, check, evidence, _mend(uid, use, server, mapped))
        return
    wrong = {kind for kind in use.types if _plain(kind) != _plain(found.type)}
    if wrong and uid:
        evidence = f"has the type {found.type}, but {some(use.users)} query it as {some(wrong)}"
        yield Row(State.FAILED, PART, check, evidence, _mend(uid, Use(frozenset(wrong), use.users), server, mapped))


def _find(uid: str, server: Iterable[Datasource]) -> Datasource | None:
    """Return the datasource as Grafana looks it up: by uid, else by name; without either the default."""
    if not uid:
        return next((entry for entry in server if entry.default), None)
    by_name = {entry.name: entry for entry in server}
    return {**by_name, **{entry.uid: entry for entry in server}}.get(uid)


def _mend(uid: str, use: Use, server: Iterable[Datasource], mapped: Mapping[str, str]) -> str:
    if not uid:
        return "make one the default, or name the datasource in the dashboards"
    old = next((old for old, new in sorted(mapped.items()) if new == uid), uid)
    kinds = {_plain(kind) for kind in use.types}
    fitting = sorted(entry.uid for entry in server if not kinds or _plain(entry.type) in kinds)
    if not fitting:
        return f"add it to Grafana with the uid {uid}" + (f" and the type {some(use.types)}" if use.types else "")
    where = "correct" if old != uid else "map it in the context:"
    example = f"`datasources: {{{old}: {fitting[0]}}}`"
    others = f" (or {some(fitting[1:])})" if fitting[1:] else ""
    return f"{where} {example}{others}"


def _plain(kind: str) -> str:
    return _ALIASES.get(kind, kind)
