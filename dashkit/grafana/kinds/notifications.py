"""Contact points, mute timings and templates, by the provisioning API.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dashkit._http import Response
from dashkit._http.retry import sleep
from dashkit.errors import ConflictError, ServerError
from dashkit.grafana.answers import expect
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.kinds.secret_fields import GONE, filled, kept, opened
from dashkit.model.addresses import without_secrets
from dashkit.model.item import Item, Limits
from dashkit.model.paths import at
from dashkit.model.secret import Secret

BASE = "/api/v1/provisioning"
#: Without it Grafana would let nobody change them in its UI.
EDITABLE = {"X-Disable-Provenance": "true"}
_REDACTED = "[REDACTED]"
#: Seconds between two looks for the alerting of a new organisation.
_LOOK = 5


def settled(scope: Scope, name: str) -> Any:
    """An answer; of a new organisation, whose alerting is not there yet, once it is."""
    answer = scope.connection.get(f"{BASE}/{name}")
    while _unsettled(answer) and scope.patience > 0:
        scope.patience -= _LOOK
        sleep(_LOOK)
        answer = scope.connection.get(f"{BASE}/{name}")
    return expect(answer).json()


def _unsettled(answer: Response) -> bool:
    return not answer.ok and b"alertmanager configuration" in answer.content.lower()


def _list(scope: Scope, name: str) -> list[dict[str, Any]]:
    """A fresh 12 says null for none."""
    return settled(scope, name) or []


def _read_points(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in _list(scope, "contact-points"):
        uid, name = str(entry.get("uid") or ""), str(entry["name"])
        if not uid:
            # What each new server has: shown under another name than its own, and without a uid. It cannot be written.
            continue
        hidden: list[str] = []
        settings = opened(entry.get("settings") or {}, hidden, _look)
        content = {"name": name, "settings": settings, **part(entry, "type disableResolveMessage")}
        yield Item("contact-points", uid, name, content, tuple(sorted(hidden)), part(entry, "provenance"))


def _look(_keys: tuple[str, ...], text: str) -> Any:
    return GONE if text == _REDACTED else without_secrets(text)[0]


def _write_point(scope: Scope, wanted: Write) -> None:
    item = wanted.item
    settings = filled(item.content["settings"], wanted.secrets)
    if wanted.live is None:
        body = {**item.content, "uid": item.key, "settings": settings}
        scope.send("POST", f"{BASE}/contact-points", body, headers=EDITABLE)
        return
    settings = filled(settings, _kept(scope, wanted))
    body = {**item.content, "uid": item.key, "settings": settings}
    scope.send("PUT", f"{BASE}/contact-points/{quote(item.key, safe='')}", body, headers=_mark(wanted))


def _kept(scope: Scope, wanted: Write) -> dict[str, Secret]:
    """What stays as it is in a change that does not know it.

    For what Grafana itself hides that word means the one that is stored; it is sent only where there is one, and nothing else is
    wanted. What only we do not show, a password in an address, has to be sent as it stands.
    """
    item, live = wanted.item, wanted.live
    assert live is not None
    unknown = [name for name in live.secrets if name not in wanted.secrets]
    ours = [name for name in unknown if at(live.content["settings"], name) is not None and name in item.secrets]
    theirs = [name for name in unknown if at(live.content["settings"], name) is None]
    found = {
        name: Secret(_REDACTED) for name in theirs if name in item.secrets or at(item.content["settings"], name) is None
    }
    if ours:
        raw = next((entry for entry in _list(scope, "contact-points") if entry.get("uid") == item.key), {})
        found |= kept(raw.get("settings") or {}, item.content["settings"], ours, _look, item.key)
    return found


def _mark(wanted: Write) -> Mapping[str, str]:
    """What was provisioned stays so: Grafana lets nobody take that mark off an object."""
    provisioned = wanted.live is not None and wanted.live.server.get("provenance")
    return {} if provisioned else EDITABLE


def _read_timings(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in _list(scope, "mute-timings"):
        name = str(entry["name"])
        yield Item(
            "mute-timings",
            name,
            name,
            {"time_intervals": entry.get("time_intervals") or []},
            server=part(entry, "provenance version"),
        )


def _write_timing(scope: Scope, wanted: Write) -> None:
    body = {"name": wanted.item.key, **wanted.item.content}
    if wanted.live is None:
        scope.send("POST", f"{BASE}/mute-timings", body, headers=EDITABLE)
    else:
        _replace(scope, f"{BASE}/mute-timings/{quote(wanted.item.key, safe='')}", body, wanted)


def _replace(scope: Scope, path: str, body: dict[str, Any], wanted: Write) -> None:
    """By its version 12 and later refuse to replace another one than was read."""
    version = part(wanted.live.server, "version") if wanted.live is not None else {}
    try:
        scope.send("PUT", path, body | version, headers=_mark(wanted))
    except ServerError as error:
        if error.status != 409 or not version:
            raise
        raise changed(wanted.item.key) from None


def changed(where: str) -> ConflictError:
    """Of what the server itself found to be another than was read."""
    text = "changed by someone since the plan was made"
    return ConflictError(text, status=409, where=where, hint="look, then run it again")


def _read_templates(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in _list(scope, "templates"):
        name = str(entry["name"])
        yield Item(
            "templates", name, name, {"template": str(entry["template"])}, server=part(entry, "provenance version")
        )


def _write_template(scope: Scope, wanted: Write) -> None:
    _replace(scope, f"{BASE}/templates/{quote(wanted.item.key, safe='')}", wanted.item.content, wanted)


def _delete(collection: str) -> Callable[[Scope, Item], None]:
    def delete(scope: Scope, item: Item) -> None:
        scope.delete(f"{BASE}/{collection}/{quote(item.key, safe='')}", headers=EDITABLE)

    return delete


POINTS = KindHandler(_read_points, _write_point, delete=_delete("contact-points"))
TIMINGS = KindHandler(_read_timings, _write_timing, delete=_delete("mute-timings"))
TEMPLATES = KindHandler(_read_templates, _write_template, delete=_delete("templates"))
