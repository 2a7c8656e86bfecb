"""Contact points, the policy tree, mute timings and templates, by the provisioning API.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dashkit.grafana.answers import expect
from dashkit.grafana.stored.scope import Scope, Stored, Wanted, part
from dashkit.model.item import Item, Limits
from dashkit.model.secret import Secret

_BASE = "/api/v1/provisioning"
#: Without it Grafana would let nobody change them in its UI.
EDITABLE = {"X-Disable-Provenance": "true"}
_REDACTED = "[REDACTED]"


def _read_points(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in scope.objects(f"{_BASE}/contact-points"):
        uid, name = str(entry.get("uid") or ""), str(entry["name"])
        if not uid:
            # What each new server has: shown under another name than its own, and without a uid. It cannot be written.
            continue
        hidden: list[str] = []
        settings = _open(entry.get("settings") or {}, "", hidden)
        content = {"name": name, "settings": settings, **part(entry, "type disableResolveMessage")}
        yield Item("contact-points", uid, name, content, tuple(sorted(hidden)), part(entry, "provenance"))


def _open(settings: Mapping[str, Any], path: str, hidden: list[str]) -> dict[str, Any]:
    """Settings without those that the server hides, whose places are noted: ``url``, ``http_config.oauth2.client_secret``."""
    result: dict[str, Any] = {}
    for name, value in settings.items():
        if value == _REDACTED:
            hidden.append(path + name)
        elif isinstance(value, dict):
            result[name] = _open(value, f"{path}{name}.", hidden)
        else:
            result[name] = value
    return result


def _write_point(scope: Scope, wanted: Wanted) -> None:
    item = wanted.item
    settings = _filled(item.content["settings"], wanted.secrets)
    if wanted.live is None:
        body = {**item.content, "uid": item.key, "settings": settings}
        scope.send("POST", f"{_BASE}/contact-points", body, headers=EDITABLE)
        return
    kept = {name: Secret(_REDACTED) for name in wanted.live.secrets if name not in wanted.secrets}
    # For a change that word means the secret that is stored; it is sent only where there is one.
    body = {**item.content, "uid": item.key, "settings": _filled(settings, kept)}
    scope.send("PUT", f"{_BASE}/contact-points/{quote(item.key, safe='')}", body, headers=EDITABLE)


def _filled(settings: Mapping[str, Any], secrets: Mapping[str, Secret]) -> dict[str, Any]:
    result: dict[str, Any] = {**settings}
    for path, secret in secrets.items():
        *above, name = path.split(".")
        place = result
        for step in above:
            place[step] = {**place.get(step, {})}
            place = place[step]
        place[name] = secret.reveal()
    return result


def _read_policies(scope: Scope, _limits: Limits) -> Iterator[Item]:
    tree = dict(scope.get(f"{_BASE}/policies"))
    provenance = tree.pop("provenance", None)
    yield Item(
        "policies", "tree", "notification policies", tree, server={"provenance": provenance} if provenance else {}
    )


def _write_policies(scope: Scope, wanted: Wanted) -> None:
    if wanted.live is not None and wanted.live.server.get("provenance"):
        # Only a reset takes the mark of provisioning off; the tree comes right after it.
        expect(scope.connection.delete(f"{_BASE}/policies"))
    scope.send("PUT", f"{_BASE}/policies", wanted.item.content, headers=EDITABLE)


def _read_timings(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in scope.objects(f"{_BASE}/mute-timings"):
        name = str(entry["name"])
        yield Item(
            "mute-timings",
            name,
            name,
            {"time_intervals": entry.get("time_intervals") or []},
            server=part(entry, "provenance"),
        )


def _write_timing(scope: Scope, wanted: Wanted) -> None:
    body = {"name": wanted.item.key, **wanted.item.content}
    if wanted.live is None:
        scope.send("POST", f"{_BASE}/mute-timings", body, headers=EDITABLE)
    else:
        scope.send("PUT", f"{_BASE}/mute-timings/{quote(wanted.item.key, safe='')}", body, headers=EDITABLE)


def _read_templates(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in scope.objects(f"{_BASE}/templates"):
        name = str(entry["name"])
        yield Item("templates", name, name, {"template": str(entry["template"])}, server=part(entry, "provenance"))


def _write_template(scope: Scope, wanted: Wanted) -> None:
    scope.send("PUT", f"{_BASE}/templates/{quote(wanted.item.key, safe='')}", wanted.item.content, headers=EDITABLE)


POINTS = Stored(_read_points, _write_point)
POLICIES = Stored(_read_policies, _write_policies)
TIMINGS = Stored(_read_timings, _write_timing)
TEMPLATES = Stored(_read_templates, _write_template)
