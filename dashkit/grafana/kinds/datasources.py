"""Datasources, without their secrets: Grafana tells which are set, never what they are.

https://grafana.com/docs/grafana/latest/developers/http_api/data_source/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dashkit._parallel import ordered_map
from dashkit.grafana.answers import expect
from dashkit.grafana.dashboards import READERS
from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.kinds.secret_fields import GONE, filled, kept, opened
from dashkit.model.addresses import without_secrets
from dashkit.model.item import Item, Limits
from dashkit.model.secret import Secret

_PATH = "/api/datasources"
_CONTENT = "name type access url user database basicAuth basicAuthUser withCredentials isDefault jsonData"
#: The name under which an address with a password in it counts as a secret.
URL = "url"
#: Before the place of a secret that somebody wrote where everybody may read it.
_JSON = "jsonData."
_SECRETIVE = re.compile(
    r"passw|passphrase|secret|token|api[_-]?key|private[_-]?key|credential|authorization|bearer|^auth$|^httpHeaderValue",
    re.IGNORECASE,
)
#: Endings by which a key says that its value is about a secret, and none: ``tokenUri``, ``passwordType``.
_ABOUT = re.compile(
    r"(uri|url|name|type|(?<!secret)(?<!secret_)id|endpoint|method|mode|path|field|header|expiry|expiration|provider|format|separator|izer)s?$",
    re.IGNORECASE,
)


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def one(uid: str) -> Item | None:
        answer = expect(scope.connection.get(f"{_PATH}/uid/{uid}"), 404)
        return _item(answer.object()) if answer.ok else None

    uids = sorted(str(entry["uid"]) for entry in scope.objects(_PATH))
    return (item for item in ordered_map(one, uids, READERS) if item is not None)


def _item(entry: dict[str, Any]) -> Item:
    content = part(entry, _CONTENT)
    secrets = sorted(name for name, is_set in (entry.get("secureJsonFields") or {}).items() if is_set)
    url, hidden = without_secrets(str(content.get("url") or ""))
    content["url"] = url
    places: list[str] = []
    if isinstance(content.get("jsonData"), dict):
        content["jsonData"] = opened(content["jsonData"], places, _look)
    server = part(entry, "version readOnly")
    return Item(
        "datasources",
        str(entry["uid"]),
        str(entry["name"]),
        content,
        (*secrets, *([URL] if hidden else []), *(f"{_JSON}{place}" for place in sorted(places))),
        server,
    )


def _look(keys: tuple[str, ...], text: str) -> Any:
    """What may be shown of a setting in ``jsonData``, which is meant for what is not secret, and not always used so."""
    if any(_SECRETIVE.search(key) and not _ABOUT.search(key) for key in keys):
        return GONE
    if keys[-1:] == ("customQueryParameters",):
        return without_secrets(f"?{text}")[0][1:]
    return without_secrets(text)[0]


def _write(scope: Scope, wanted: Write) -> None:
    item, secrets = wanted.item, dict(wanted.secrets)
    body: dict[str, Any] = {**item.content, "uid": item.key}
    if URL in item.secrets:
        known = secrets.pop(URL, None)
        body["url"] = known.reveal() if known else _kept_url(scope, wanted)
    if places := [name for name in item.secrets if name.startswith(_JSON)]:
        written = {name.removeprefix(_JSON): secrets.pop(name, None) for name in places}
        body["jsonData"] = _with_json(scope, wanted, written)
    if secrets:
        body["secureJsonData"] = {name: secret.reveal() for name, secret in secrets.items()}
    if wanted.live is None:
        scope.send("POST", _PATH, body)
    else:
        # The version that was read: a change in between is a conflict. Secrets that are not sent stay as they are.
        scope.send("PUT", f"{_PATH}/uid/{item.key}", {**body, "version": wanted.live.server.get("version") or 0})


def _with_json(scope: Scope, wanted: Write, known: Mapping[str, Secret | None]) -> dict[str, Any]:
    """``jsonData`` with the secrets that are known; of the others, with what the server has."""
    content = wanted.item.content.get("jsonData") or {}
    given = {path: secret for path, secret in known.items() if secret is not None}
    unknown = known.keys() - given.keys()
    if wanted.live is not None and unknown:
        there = expect(scope.connection.get(f"{_PATH}/uid/{wanted.item.key}")).object().get("jsonData") or {}
        given |= kept(there, content, unknown, _look, wanted.item.key)
    return filled(content, given)


def _kept_url(scope: Scope, wanted: Write) -> str:
    """The address with the password that the server has; of a new one, the address without."""
    plain = str(wanted.item.content.get("url") or "")
    if wanted.live is None:
        return plain
    there = str(expect(scope.connection.get(f"{_PATH}/uid/{wanted.item.key}")).object().get("url") or "")
    found = kept({URL: there}, {URL: plain}, [URL], lambda _keys, text: without_secrets(text)[0], wanted.item.key)
    return found[URL].reveal() if URL in found else plain


def _delete(scope: Scope, item: Item) -> None:
    scope.delete(f"{_PATH}/uid/{item.key}")


HANDLER = KindHandler(_read, _write, delete=_delete)
