"""Contact points, mute timings and templates, through the provisioning API.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

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
#: Without it, no one could edit the objects in Grafana's UI.
EDITABLE = {"X-Disable-Provenance": "true"}
_REDACTED = "[REDACTED]"
#: Seconds between checks for the alerting of a new organisation.
_WAIT = 5


def settled(scope: Scope, kind: str) -> Any:
    """Return the objects of a kind. In a new organisation, wait until its alerting has started."""
    while True:
        answer = scope.connection.get(f"{BASE}/{kind}")
        if answer.ok or b"alertmanager configuration" not in answer.content.lower() or scope.patience <= 0:
            return expect(answer).json()
        scope.patience -= _WAIT
        sleep(_WAIT)


def _list(scope: Scope, kind: str) -> list[dict[str, Any]]:
    return settled(scope, kind) or []  # a fresh 12 answers null if there are none


def _path(item: Item) -> str:
    return f"{BASE}/{item.kind}/{quote(item.key, safe='')}"


def _read_points(scope: Scope, _limits: Limits) -> Iterator[Item]:
    for entry in _list(scope, "contact-points"):
        uid, name = str(entry.get("uid") or ""), str(entry["name"])
        if not uid:
            # Every new server has this one. It is listed with a name that is not its own and without a uid; it cannot be written.
            continue
        hidden: list[str] = []
        settings = opened(entry.get("settings") or {}, hidden, _look)
        content = {"name": name, "settings": settings, **part(entry, "type disableResolveMessage")}
        yield Item("contact-points", uid, name, content, tuple(sorted(hidden)), part(entry, "provenance"))


def _look(_keys: tuple[str, ...], text: str) -> Any:
    return GONE if text == _REDACTED else without_secrets(text)[0]


def _write_point(scope: Scope, wanted: Write) -> None:
    item, content = wanted.item, wanted.item.content
    settings = filled(content["settings"], wanted.secrets)
    if wanted.live is not None:
        settings = filled(settings, _kept(scope, wanted.item, wanted.live, wanted.secrets))
    body = {**content, "uid": item.key, "settings": settings}
    if wanted.live is None:
        scope.send("POST", f"{BASE}/contact-points", body, headers=EDITABLE)
    else:
        scope.send("PUT", _path(item), body, headers=_mark(wanted))


def _kept(scope: Scope, item: Item, live: Item, known: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the secrets that an update does not know and that must stay unchanged.

    For a secret that Grafana itself hides, its placeholder means the stored value. It is sent only if there is one and nothing
    else is wanted. A secret that only we hide, such as a password in an address, has to be sent in full.
    """
    shown, settings = live.content["settings"], item.content["settings"]
    unknown = [name for name in live.secrets if name not in known]
    ours = [name for name in unknown if at(shown, name) is not None and name in item.secrets]
    theirs = [name for name in unknown if at(shown, name) is None]
    found = {name: Secret(_REDACTED) for name in theirs if name in item.secrets or at(settings, name) is None}
    if ours:
        raw = next((entry for entry in _list(scope, "contact-points") if entry.get("uid") == item.key), {})
        found |= kept(raw.get("settings") or {}, settings, ours, _look, item.key)
    return found


def _mark(wanted: Write) -> Mapping[str, str]:
    """Return the headers of an update. What was provisioned stays so: Grafana refuses to remove that mark."""
    provisioned = wanted.live is not None and wanted.live.server.get("provenance")
    return {} if provisioned else EDITABLE


def _reader(
    kind: str, content: Callable[[dict[str, Any]], dict[str, Any]]
) -> Callable[[Scope, Limits], Iterator[Item]]:
    def read(scope: Scope, _limits: Limits) -> Iterator[Item]:
        for entry in _list(scope, kind):
            name = str(entry["name"])
            yield Item(kind, name, name, content(entry), server=part(entry, "provenance version"))

    return read


def _write_timing(scope: Scope, wanted: Write) -> None:
    body = {"name": wanted.item.key, **wanted.item.content}
    if wanted.live is None:
        scope.send("POST", f"{BASE}/mute-timings", body, headers=EDITABLE)
    else:
        _put(scope, body, wanted)


def _write_template(scope: Scope, wanted: Write) -> None:
    _put(scope, wanted.item.content, wanted)


def _put(scope: Scope, body: dict[str, Any], wanted: Write) -> None:
    """Send a PUT with the version that was read, if any: 12 and later refuse to replace another one."""
    version = part(wanted.live.server, "version") if wanted.live is not None else {}
    try:
        scope.send("PUT", _path(wanted.item), body | version, headers=_mark(wanted))
    except ServerError as error:
        if error.status != 409 or not version:
            raise
        raise changed(wanted.item.key) from None


def changed(where: str) -> ConflictError:
    """Return the error for an object that, by the server's own check, is not what was read."""
    text = "changed by someone since the plan was made"
    return ConflictError(text, status=409, where=where, hint="check it, then run again")


def _delete(scope: Scope, item: Item) -> None:
    scope.delete(_path(item), headers=EDITABLE)


POINTS = KindHandler(_read_points, _write_point, delete=_delete)
TIMINGS = KindHandler(
    _reader("mute-timings", lambda entry: {"time_intervals": entry.get("time_intervals") or []}),
    _write_timing,
    delete=_delete,
)
TEMPLATES = KindHandler(
    _reader("templates", lambda entry: {"template": str(entry["template"])}), _write_template, delete=_delete
)
