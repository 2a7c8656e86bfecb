"""Ask a running Grafana whether it has read everything of an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.app.connect import connected_to
from dashkit.app.export import context_of, state_of
from dashkit.app.ports import Ports, Server
from dashkit.config.context import Context, from_environment, meant
from dashkit.deploy import routing as documents
from dashkit.deploy.alert_groups import content
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.folders import FolderTree
from dashkit.export.desired_state import DesiredState
from dashkit.model.folder import folder_text
from dashkit.model.live import GrafanaAlertGroup
from dashkit.quiet.alike import look_alike

#: Keys that have no meaning for a recording rule, and that Grafana fills in.
_UNSAID = frozenset({"noDataState", "execErrState", "condition"})
#: The rules of a server with their groups, by uid.
_LiveRules = Mapping[str, tuple[GrafanaAlertGroup, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that is not in Grafana as it is in the files, and how it is there."""

    kind: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a Grafana has not read, and how many objects there are in all."""

    context: Context
    unread: tuple[Unread, ...]
    count: int
    warnings: tuple[str, ...] = ()


def verify(context_name: str | None, server: str, ports: Ports) -> Verified:
    """Compare a running Grafana with what its provisioning files should hold.

    Args:
        server: the name of a context, or a URL, whose credentials are those of the environment.
    """
    state = state_of(context_name, ports)
    if "://" in server:
        running = from_environment({**ports.environ, "DASHKIT_URL": server})
        own = context_of(context_name, ports)
        if not running.auth and own.url.rstrip("/") == running.url:
            running = replace(running, auth=own.auth)
    else:
        running = meant(ports.project, server, ports.environ)
    connected = connected_to(running, ports).server
    groups = connected.alert_groups() if state.rules else []
    live = {str(rule["uid"]): (group, rule) for group in groups for rule in group.rules}
    unread = [*_dashboards(state, connected), *_rules(state, live), *_others(state, connected)]
    count = len(state.dashboards) + sum(len(group.rules) for group in state.rules) + sum(1 for _ in _named(state))
    return Verified(running, tuple(unread), count, tuple(_without_target(state, live, connected.version)))


def _dashboards(state: DesiredState, server: Server) -> Iterator[Unread]:
    wanted = {item.uid: fit(item, Takes()) for item in state.dashboards}
    live = {entry.uid: entry for entry in server.read(frozenset(wanted)) if entry.uid in wanted}
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    for uid, item in wanted.items():
        found = live.get(uid)
        if found is None:
            yield Unread("dashboard", uid, "is not there")
        elif "provisioning" not in found.manager:
            yield Unread("dashboard", uid, "is there, but does not come from a file")
        elif folder_text(tree.path(found.folder_uid)) != folder_text(item.folder):
            yield Unread("dashboard", uid, f"is in the folder {folder_text(tree.path(found.folder_uid))!r}")
        elif not look_alike(found.spec, item.spec):
            yield Unread("dashboard", uid, "has other content than its file")


def _without_target(state: DesiredState, live: _LiveRules, version: str) -> Iterator[str]:
    """Warn of recording rules that were read without the datasource they write to. Files could not name it before 12.4."""
    wanted = [rule for group in state.rules for rule in group.rules if "record" in rule and rule["uid"] in live]
    if lost := [rule for rule in wanted if _lost_target(rule, live[rule["uid"]][1])]:
        target = lost[0]["record"]["target_datasource_uid"]
        yield (
            f"Grafana {version} does not read from files where recording rules write to: set `default_datasource_uid = {target}` "
            "in the section [recording_rules] of its configuration"
        )


def _lost_target(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    return "record" in wanted and not (live.get("record") or {}).get("target_datasource_uid")


def _rules(state: DesiredState, live: _LiveRules) -> Iterator[Unread]:
    for group in state.rules:
        for rule in group.rules:
            title = str(rule["title"])
            if (there := live.get(str(rule["uid"]))) is None:
                yield Unread("rule", title, "is not there")
            elif there[0].provenance != "file":
                yield Unread("rule", title, "is there, but does not come from a file")
            elif there[0].name != group.name or there[0].interval != group.interval:
                yield Unread("rule", title, f"is in group {there[0].name}, evaluated each {there[0].interval} s")
            elif odd := _different(rule, there[1]):
                yield Unread("rule", title, f"differs in {', '.join(odd)}")


def _different(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    """Return the keys that differ. Grafana fills in some that have no meaning for a recording rule."""
    one, other = content(wanted), content(live)
    odd = {key for key in one if one[key] != other.get(key) and (one[key] or other.get(key))}
    if "record" not in one:
        return sorted(odd)
    named = {key: one["record"][key] for key in ("metric", "from")}
    if _lost_target(wanted, live) and named.items() <= (other.get("record") or {}).items():
        odd.discard("record")  # said once, for all of them
    return sorted(odd - _UNSAID)


def _others(state: DesiredState, server: Server) -> Iterator[Unread]:
    names: dict[str, set[str]] = {}
    for kind, name in _named(state):
        if kind not in names:
            names[kind] = {text for item in server.items(kind) for text in (item.key, item.name)}
        if name not in names[kind]:
            yield Unread(kind.removesuffix("s").replace("-", " "), name, "is not there")


def _named(state: DesiredState) -> Iterable[tuple[str, str]]:
    """Yield the kind and the name of all that is neither a dashboard nor a rule."""
    if state.rules and state.routing:
        yield from (("contact-points", receiver.name) for receiver in state.routing.receivers)
        yield from (("mute-timings", timing["name"]) for timing in documents.named_timings(state.routing))
    yield from (("datasources", one.uid) for one in state.datasources)
