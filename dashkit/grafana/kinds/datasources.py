"""Datasources, without their secrets. Grafana reports which secrets are set, but never their values.

https://grafana.com/docs/grafana/latest/developers/http_api/data_source/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.grafana.kinds.scope import KindHandler, Scope, Write, part
from dashkit.grafana.kinds.secret_fields import GONE, filled, kept, opened
from dashkit.grafana.lists import read_each
from dashkit.model.addresses import without_secrets
from dashkit.model.item import Item, Limits
from dashkit.model.secret import Secret

_PATH = "/api/datasources"
_CONTENT = "name type access url user database basicAuth basicAuthUser withCredentials isDefault jsonData"
#: The name of the secret in an address that has a password.
_URL = "url"
#: Precedes the path of a secret that someone put where everyone can read it.
_JSON = "jsonData."
_SECRETIVE = re.compile(
    r"passw|passphrase|secret|token|api[_-]?key|private[_-]?key|credential|authorization|bearer|^auth$|^httpHeaderValue",
    re.IGNORECASE,
)
#: Endings of keys whose value is about a secret but not one itself: ``tokenUri``, ``passwordType``.
_ABOUT = re.compile(
    r"(uri|url|name|type|(?<!secret)(?<!secret_)id|endpoint|method|mode|path|field|header|expiry|expiration|provider|format|separator|izer)s?$",
    re.IGNORECASE,
)


def _path(uid: str) -> str:
    return f"{_PATH}/uid/{uid}"


def _read(scope: Scope, _limits: Limits) -> Iterator[Item]:
    def read(uid: str) -> Item | None:
        answer = scope.find(_path(uid))
        return _item(answer.object()) if answer else None

    return read_each(read, sorted(str(entry["uid"]) for entry in scope.objects(_PATH)))


def _item(entry: dict[str, Any]) -> Item:
    content = part(entry, _CONTENT)
    secrets = sorted(name for name, is_set in (entry.get("secureJsonFields") or {}).items() if is_set)
    content["url"], has_secret = without_secrets(str(content.get("url") or ""))
    secrets += [_URL] if has_secret else []
    paths: list[str] = []
    if isinstance(content.get("jsonData"), dict):
        content["jsonData"] = opened(content["jsonData"], paths, _look)
    secrets += [f"{_JSON}{path}" for path in sorted(paths)]
    server = part(entry, "version readOnly")
    return Item("datasources", str(entry["uid"]), str(entry["name"]), content, tuple(secrets), server)


def _look(keys: tuple[str, ...], text: str) -> Any:
    """Return what may be shown of a setting in ``jsonData``. It is meant for plain settings, but not always used that way."""
    if any(_SECRETIVE.search(key) and not _ABOUT.search(key) for key in keys):
        return GONE
    if keys[-1:] == ("customQueryParameters",):
        return without_secrets(f"?{text}")[0][1:]
    return without_secrets(text)[0]


def _write(scope: Scope, wanted: Write) -> None:
    item, secrets = wanted.item, dict(wanted.secrets)
    body: dict[str, Any] = {**item.content, "uid": item.key}
    if _URL in item.secrets:
        known = secrets.pop(_URL, None)
        body["url"] = known.reveal() if known else _kept_url(scope, wanted)
    if places := [name for name in item.secrets if name.startswith(_JSON)]:
        written = {name.removeprefix(_JSON): secrets.pop(name, None) for name in places}
        body["jsonData"] = _with_json(scope, wanted, written)
    if secrets:
        body["secureJsonData"] = {name: secret.reveal() for name, secret in secrets.items()}
    if wanted.live is None:
        scope.send("POST", _PATH, body)
    else:
        # The version that was read: a change since then is a conflict. Secrets that are not sent stay unchanged.
        scope.send("PUT", _path(item.key), {**body, "version": wanted.live.server.get("version") or 0})


def _with_json(scope: Scope, wanted: Write, known: Mapping[str, Secret | None]) -> dict[str, Any]:
    """Return ``jsonData`` with the known secrets, and with the server's values for the others."""
    content = wanted.item.content.get("jsonData") or {}
    given = {path: secret for path, secret in known.items() if secret is not None}
    unknown = known.keys() - given.keys()
    if wanted.live is not None and unknown:
        live = scope.get(_path(wanted.item.key)).get("jsonData") or {}
        given |= kept(live, content, unknown, _look, wanted.item.key)
    return filled(content, given)


def _kept_url(scope: Scope, wanted: Write) -> str:
    """Return the address with the password that the server has; for a new datasource, the address without it."""
    plain = str(wanted.item.content.get("url") or "")
    if wanted.live is None:
        return plain
    live = str(scope.get(_path(wanted.item.key)).get("url") or "")
    found = kept({_URL: live}, {_URL: plain}, [_URL], lambda _keys, text: without_secrets(text)[0], wanted.item.key)
    return found[_URL].reveal() if _URL in found else plain


def _delete(scope: Scope, item: Item) -> None:
    scope.delete(_path(item.key))


HANDLER = KindHandler(_read, _write, delete=_delete)
