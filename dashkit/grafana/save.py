"""Save and delete dashboards: only ever the version that was read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json
from dashkit._http import Connection
from dashkit.errors import ConflictError, ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.grafana.dashboards import read_some
from dashkit.grafana.proofs import proved
from dashkit.grafana.resource import api_path, unified
from dashkit.grafana.server import ServerInfo
from dashkit.model.live import LiveDashboard
from dashkit.model.marker import parse_marker

_HINT = "check it, then push again"


@dataclass(frozen=True, slots=True)
class Save:
    """What to store: ``spec`` (without uid) in a folder, in place of ``base``, the version that was read, or as new.

    ``schema`` is the version of the v2 schema, empty for a classic dashboard.
    """

    uid: str
    spec: dict[str, Any]
    folder_uid: str
    base: LiveDashboard | None
    message: str
    schema: str = ""
    #: Whether a new dashboard goes to unified storage.
    unified: bool = False


def save(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    """Create the dashboard, or replace exactly the version that was read.

    Raises:
        ConflictError: the stored version is no longer ``base``, or the title is taken (before 11.3).
        ServerError: it was refused, or the outcome is unknown (status 0, or 500 and above).
    """
    base = wanted.base
    if not server.writes:
        text = f"Grafana {server.version} does not show its API for dashboards, and dashkit does not guess how it stores them"
        hint = "does a proxy hide /apis/dashboard.grafana.app?"
        raise ServerError(text, status=404, where=wanted.uid, hint=hint)
    if wanted.schema:
        _save_v2(connection, server, wanted)
    elif server.writes != "legacy" or (unified(base.version, base.token) if base else wanted.unified):
        # The legacy API compares the version and then writes: when two do so at once, both get a success. It also does not
        # record which program saved a new dashboard.
        _save_unified(connection, server, wanted)
    else:
        _send_legacy(connection, server, wanted)


def delete(connection: Connection, server: ServerInfo, base: LiveDashboard) -> None:
    """Delete the version that was read. Succeeds if the dashboard is already gone.

    ``/apis`` deletes on the condition that nothing else is stored; otherwise it is read once more before.

    Raises:
        ConflictError: another version is stored by now. Its history would be deleted with the dashboard.
    """
    if base.token and server.api:
        path = api_path(server, base.uid)
        condition = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"resourceVersion": base.token}}
        answer = connection.delete(path, body=condition)
        if answer.status == 409:
            raise _stale(base.uid)
    else:
        path = f"/api/dashboards/uid/{base.uid}"
        stored = next(read_some(connection, server, [base.uid]), None)
        if stored is not None and (stored.version, stored.schema) != (base.version, base.schema):
            raise _stale(base.uid)
        answer = connection.delete(path)
    proved(answer, "DELETE", path, 404)


def _stale(uid: str) -> ConflictError:
    return ConflictError("saved by someone since the plan was made", status=412, where=uid, hint=_HINT)


def _send_legacy(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    uid, base = wanted.uid, wanted.base
    document = {**wanted.spec, "uid": uid}
    if base is not None:
        document["version"] = base.version
    # Never `overwrite`: the version that was read is replaced, or nothing is.
    body = _json.compact({"dashboard": document, "folderUid": wanted.folder_uid, "message": wanted.message})
    answer = connection.write("POST", "/api/dashboards/db", body)
    if answer.status == 412:
        text = message_of(answer)
        hint = "give it another title, or push into another folder" if "same name" in text else _HINT
        raise ConflictError(text, status=412, where=uid, hint=hint)
    if answer.status == 202:
        raise ServerError(
            "the server only queued the save (gitops observer); it may not be stored", status=202, where=uid
        )
    stored = proved(answer, "POST", "/api/dashboards/db")["uid"]
    if stored != uid and server.unique_titles:
        raise ServerError(
            f"Grafana {server.version} saved it over dashboard {stored!r}, which has the same title", status=answer.status,
            where=uid, hint=f"restore the last version of {stored!r} in Grafana's version history, and rename one of the two",
        )  # fmt: skip
    if stored != uid:
        raise ServerError(f"the answer is about another dashboard, {stored!r}", where=uid)


def _save_v2(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    if not server.api:
        text = f"Grafana {server.version} does not store dashboards of schema {wanted.schema}"
        raise ServerError(text, status=422, where=wanted.uid)
    if (base := wanted.base) is not None:
        stored = expect(connection.get(api_path(server, base.uid, version=wanted.schema))).object()["metadata"]
        if stored.get("generation") != base.version:
            raise _stale(wanted.uid)
        wanted = replace(wanted, base=replace(base, token=stored["resourceVersion"]))
    saved = _send_resource(connection, server, wanted, wanted.schema)
    if unified(saved.version, saved.token):
        _correct_number(connection, server, replace(wanted, base=saved), wanted.schema)


def _save_unified(connection: Connection, server: ServerInfo, wanted: Save) -> None:
    other = next((name for name in server.apis if name != server.api), "")
    if other and wanted.base is not None and wanted.base.schema:
        # The storage keeps the failed conversion of a v2 document in the status of what is saved next through the same version
        # of the API. The legacy API would go on to refuse the dashboard. After a save through another version that is gone.
        wanted = replace(wanted, base=_send_resource(connection, server, wanted, other))
    saved = _send_resource(connection, server, wanted, server.api)
    _correct_number(connection, server, replace(wanted, base=saved), server.api)


def _correct_number(connection: Connection, server: ServerInfo, saved: Save, api: str) -> None:
    """Save once more if the message names another version than it made, which is the base of ``saved``.

    A save that changes only the message does not count, and one over v2 may count twice.
    """
    marker, base = parse_marker(saved.message), saved.base
    if marker is None or base is None or marker.gen in (0, base.version):
        return
    message = saved.message.replace(f"gen={marker.gen} dashkit", f"gen={base.version} dashkit")
    with suppress(ServerError):  # without the right number, the next push only has to read more
        _send_resource(connection, server, replace(saved, message=message), api)


def _send_resource(connection: Connection, server: ServerInfo, wanted: Save, api: str) -> LiveDashboard:
    """Save through ``/apis``, and return what is stored now, without its document."""
    uid, base = wanted.uid, wanted.base
    annotations = {"grafana.app/message": wanted.message}
    if wanted.folder_uid:
        annotations["grafana.app/folder"] = wanted.folder_uid
    metadata: dict[str, Any] = {"name": uid, "annotations": annotations}
    method, path = "POST", api_path(server, version=api)
    if base is not None:
        metadata["resourceVersion"] = base.token
        method, path = "PUT", api_path(server, uid, version=api)
    body = {
        "apiVersion": f"dashboard.grafana.app/{api}",
        "kind": "Dashboard",
        "metadata": metadata,
        "spec": {key: value for key, value in wanted.spec.items() if key != "uid"},
    }
    answer = connection.write(method, path, body)
    if answer.status == 409:
        raise ConflictError(message_of(answer), status=409, where=uid, hint=_HINT)
    saved = proved(answer, method, path)["metadata"]
    version, token = int(saved.get("generation") or 0), str(saved.get("resourceVersion") or "")
    return LiveDashboard(uid, "", wanted.folder_uid, {}, version, token=token)
