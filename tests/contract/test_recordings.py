"""The sandbox answers what real servers answered: their recorded exchanges are replayed against it, in order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from dashkit.sandbox.table import match

RECORDINGS = Path(__file__).parent.parent / "recordings"

#: What plays which recorded server.
PLAYED = {
    "10.1.2": FLAVOURS["10.1"],
    "11.6.2": FLAVOURS["11.6"],
    "12.3.3": FLAVOURS["12.3"],
    "12.3.3-unified": replace(FLAVOURS["12.3"], unified=True),
    "12.4.3": FLAVOURS["12.4"],
}
#: Exchanges of served routes that the sandbox answers otherwise, and why. By a part of the note.
EXCEPTIONS = {
    "migrated by v1beta1": "migrations before schema 36 look datasources up; the sandbox says 501 instead",
    "health of a reachable datasource": "what the datasource reached is not there any more; test_doctor.py has one that is",
    "own permissions of an Editor token": "the sandbox grants its own, shorter list",
}
#: The same, on servers without unified storage.
DEFAULT_STORAGE = {
    "delete a folder that holds rules": "the recorded server counts a library panel that it had moved to the root",
    "delete a folder with its rules": "the recorded server counts a library panel that it had moved to the root",
}
#: Parts of an answer that differ from one moment or server to the next.
VOLATILE = {
    "accessErrorId", "buildInfo", "commit", "continue", "continueToken", "created", "createdAt", "createdBy",
    "creationTimestamp", "avatarUrl", "login", "resourceVersion", "slug", "typeLogoUrl", "uid", "updated", "updatedAt",
    "updatedBy", "uri", "url", "key", "fieldsV1", "managedFields",
}  # fmt: skip
#: Parts that real servers have and the recordings leave out: of the settings they hold only some keys.
UNRECORDED = {"datasources", "licenseInfo"}
#: Objects whose keys are data, not shape.
OPEN = {
    "tags",
    "jsonData",
    "secureJsonFields",
    "annotations",
    "labels",
    "spec",
    "data",
    "dashboard",
    "causes",
    "details",
    "source",
}


def exchanges(server: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (RECORDINGS / f"grafana-{server}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("server", PLAYED)
def test_the_sandbox_answers_like_the_recorded_server(server: str) -> None:
    flavour = PLAYED[server]
    exceptions = EXCEPTIONS if flavour.unified else EXCEPTIONS | DEFAULT_STORAGE
    problems: list[str] = []
    compared = refused = 0
    known: dict[str, str] = {}
    with RunningSandbox(Sandbox(Store(), flavour)) as running:
        for number, exchange in enumerate(exchanges(server)):
            request, expected, note = exchange["request"], exchange["response"], exchange["note"]
            if note == "search page 1":
                _save_unrecorded_pages(running.url)
            answer = _send(running.url, exchange, known)
            _learn(exchange, answer, known)
            absent = request["path"].startswith("/apis/") and not flavour.resources
            if match(request["method"], request["path"]) is None and not absent:
                if answer.status_code != 501:
                    problems.append(f"{number} {note}: not served, yet {answer.status_code}")
                refused += 1
                continue
            if any(part in note for part in exceptions):
                continue
            compared += 1
            problems += [f"{number} {note}: {text}" for text in _differences(answer, expected)]
    assert "\n".join(problems) == ""
    assert compared > 110
    assert refused > 10


def _learn(exchange: dict[str, Any], answer: requests.Response, known: dict[str, str]) -> None:
    """Remember what later requests repeat, by what the recorded server called it: tokens, pages and states."""
    note = exchange["note"]
    if note in ("create a token", "create a viewer token"):
        known["Viewer" if "viewer" in note else "Editor"] = answer.json()["key"]
    theirs = exchange["response"]["body"]
    if answer.ok and isinstance(theirs, dict) and isinstance(theirs.get("metadata"), dict):
        for name in ("continue", "resourceVersion"):
            if (value := theirs["metadata"].get(name)) and name in answer.json()["metadata"]:
                known[str(value)] = str(answer.json()["metadata"][name])


def _save_unrecorded_pages(url: str) -> None:
    """Twelve dashboards that the recorded searches and lists show, but whose saves were not recorded."""
    for number in range(12):
        panels = [{"id": 1, "type": "timeseries", "title": "P1"}, {"id": 2, "type": "stat", "title": "P2"}]
        spec = {
            "uid": f"p{number:02}", "title": f"Page {number:02}", "tags": ["t1"], "schemaVersion": 38, "refresh": "30s",
            "panels": panels, "templating": {"list": []}, "time": {"from": "now-6h", "to": "now"},
        }  # fmt: skip
        body = {"dashboard": spec, "folderUid": "f1"}
        requests.post(f"{url}/api/dashboards/db", json=body, auth=("admin", "admin"), timeout=10).raise_for_status()


def _send(url: str, exchange: dict[str, Any], known: dict[str, str]) -> requests.Response:
    request, note = exchange["request"], exchange["note"]
    headers = {"Content-Type": "application/json", **(request["headers"] or {})}
    auth = None
    if exchange["auth"] == "basic admin":
        auth = ("admin", "admin")
    elif exchange["auth"] == "basic":
        auth = ("nobody", "wrong")
    elif exchange["auth"] == "bearer":
        token = "glsa_unknown" if note == "unknown token" else known["Viewer" if "Viewer" in note else "Editor"]
        headers["Authorization"] = f"Bearer {token}"
    if note == "token with another organisation id":
        headers["X-Grafana-Org-Id"] = "2"
    body = request["body"]
    if isinstance(body, dict) and "resourceVersion" in (body.get("metadata") or {}):
        version = body["metadata"]["resourceVersion"]
        body = {**body, "metadata": {**body["metadata"], "resourceVersion": known.get(version, version)}}
    params = dict(request["params"] or {})
    if "continue" in params:
        params["continue"] = known.get(params["continue"], params["continue"])
    data = body if isinstance(body, str) else json.dumps(body) if body is not None else None
    path = request["path"]
    if path.startswith("/api/playlists/"):  # under the uid that the server chose
        listed = requests.get(f"{url}/api/playlists", auth=("admin", "admin"), timeout=10).json()
        path = f"/api/playlists/{listed[0]['uid']}"
    return requests.request(
        request["method"],
        url + path,
        params=params,
        data=data,
        headers=headers,
        auth=auth,
        timeout=10,
    )


def _differences(answer: requests.Response, expected: dict[str, Any]) -> list[str]:
    if answer.status_code != expected["status"]:
        return [f"status {answer.status_code} instead of {expected['status']}: {answer.text[:200]}"]
    theirs = expected["body"]
    if isinstance(theirs, str):
        return [] if answer.text == theirs else [f"{answer.text!r} instead of {theirs!r}"]
    ours = answer.json()
    found = _shape(ours, theirs, "")
    if answer.status_code >= 400 and isinstance(theirs, dict) and ours.get("message") != theirs.get("message"):
        found.append(f"message {ours.get('message')!r} instead of {theirs.get('message')!r}")
    return found


def _shape(ours: Any, theirs: Any, path: str) -> list[str]:
    """Differences in keys and types; values count only where they are stable."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        missing = theirs.keys() - ours.keys() - VOLATILE
        extra = ours.keys() - theirs.keys() - VOLATILE - UNRECORDED
        found = [f"{path} lacks {sorted(missing)}"] if missing else []
        found += [f"{path} has {sorted(extra)} too many"] if extra else []
        for key in theirs.keys() & ours.keys() - VOLATILE:
            if key not in OPEN or key == "details":
                found += _shape(ours[key], theirs[key], f"{path}/{key}")
        return found
    if isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            return [f"{path} has {len(ours)} entries instead of {len(theirs)}"]
        return [
            text
            for i, (a, b) in enumerate(zip(ours, theirs, strict=True))
            if isinstance(b, dict)
            for text in _shape(a, b, f"{path}/{i}")
        ]
    if isinstance(theirs, str | int | bool | None) and type(ours) is type(theirs):
        return []
    return [f"{path} is {type(ours).__name__} instead of {type(theirs).__name__}"]
