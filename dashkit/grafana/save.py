"""Save and delete dashboards: the version that was read, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashkit import _json
from dashkit._http import Connection
from dashkit.errors import ConflictError, ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.grafana.dashboards import api_path, read_some, unified
from dashkit.grafana.proofs import proved
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard


@dataclass(frozen=True, slots=True)
class Save:
    """What to store: ``spec`` (without uid) in a folder, in place of ``base``, the version that was read, or as new."""

    uid: str
    spec: dict[str, Any]
    folder_uid: str
    base: LiveDashboard | None
    message: str


def save(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    """Create the dashboard, or replace exactly the version that was read.

    Raises:
        ConflictError: the stored version is not ``base`` any more, or the title is taken (before 11.3).
        ServerError: refused, or whether it arrived is unknown (status 0, or 500 and above).
    """
    base = wanted.base
    if server.writes != "legacy":
        _send_resource(connection, server, wanted, server.writes)
    elif base is not None and unified(base.version, base.token):
        # The legacy API compares the version and then writes: of two who do so at once, both are told that they succeeded.
        _send_resource(connection, server, wanted, server.api)
    else:
        _send_legacy(connection, server, wanted)


def delete(connection: Connection, server: ServerInfo, uid: str, base: LiveDashboard | None = None) -> None:
    """Delete; one that is gone already counts as done.

    With ``base``, the version that was read, `ConflictError` if another is stored by now: the history goes with the dashboard.
    ``/apis`` deletes on that condition; before, it is looked at once more.
    """
    if base is not None and base.token and server.api:
        condition = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"resourceVersion": base.token}}
        answer = connection.delete(api_path(server, uid), body=condition)
        if answer.status == 409:
            raise _stale(uid)
        if expect(answer, 404).ok:
            proved(answer, "DELETE", api_path(server, uid))
        return
    if base is not None:
        stored = next(read_some(connection, server, [uid]), None)
        if stored is not None and (stored.version, stored.schema) != (base.version, base.schema):
            raise _stale(uid)
    answer = expect(connection.delete(f"/api/dashboards/uid/{uid}"), 404)
    if answer.ok:
        proved(answer, "DELETE", f"/api/dashboards/uid/{uid}")


def _stale(uid: str) -> ConflictError:
    return ConflictError(
        "saved by someone since the plan was made", status=412, where=uid, hint="look, then push again"
    )


def _send_legacy(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    uid, base = wanted.uid, wanted.base
    document = {**wanted.spec, "uid": uid}
    if base is not None:
        document["version"] = base.version
    # Never `overwrite`: the version that was read is the one that is replaced, or nothing is.
    body = _json.compact({"dashboard": document, "folderUid": wanted.folder_uid, "message": wanted.message})
    answer = connection.write("POST", "/api/dashboards/db", body)
    if answer.status == 412:
        text = message_of(answer)
        hint = "give it another title, or push into another folder" if "same name" in text else "look, then push again"
        raise ConflictError(text, status=412, where=uid, hint=hint)
    if answer.status == 202:
        raise ServerError(
            "the server only queued the save (gitops observer); it may not be stored", status=202, where=uid
        )
    stored = proved(expect(answer), "POST", "/api/dashboards/db")["uid"]
    if stored != uid and server.unique_titles:
        raise ServerError(
            f"Grafana {server.version} saved it over dashboard {stored!r}, which has the same title", status=answer.status,
            where=uid, hint=f"restore the last version of {stored!r} in Grafana's version history, and rename one of the two",
        )  # fmt: skip
    if stored != uid:
        raise ServerError(f"answered of another dashboard, {stored!r}", where=uid)


def _send_resource(connection: Connection, server: ServerInfo, wanted: Save, api: str) -> None:
    uid, base = wanted.uid, wanted.base
    annotations = {"grafana.app/message": wanted.message}
    if wanted.folder_uid:
        annotations["grafana.app/folder"] = wanted.folder_uid
    metadata: dict[str, Any] = {"name": uid, "annotations": annotations}
    if base is not None:
        metadata["resourceVersion"] = base.token
    body = {
        "apiVersion": f"dashboard.grafana.app/{api}",
        "kind": "Dashboard",
        "metadata": metadata,
        "spec": {key: value for key, value in wanted.spec.items() if key != "uid"},
    }
    path = api_path(server, uid if base is not None else "", version=api)
    answer = connection.write("PUT" if base is not None else "POST", path, body)
    if answer.status == 409:
        raise ConflictError(message_of(answer), status=409, where=uid, hint="look, then push again")
    proved(expect(answer), "PUT" if base is not None else "POST", path)
