"""Dashboards and folders as resources, in the layout of a repository that Grafana's Git Sync reads.

https://grafana.com/docs/grafana/latest/as-code/observability-as-code/git-sync/. Names, depth and what is ignored were read from
Grafana 12.4.3 (``pkg/registry/apis/provisioning/resources`` and ``apps/provisioning/pkg/safepath``): it ignores names that
begin with a dot, accepts letters, digits, blank, ``_``, ``-`` and ``.`` in others, and nothing deeper than eight. A dashboard is
in the folder of its directory, whatever it says of itself, and its uid is the ``name`` of its resource.

``_folder.json`` gives a folder its uid and title since Grafana 13 (grafana/grafana#119128, #121833). Until then a folder is
titled like its directory, with a uid from its path, and the file would make a second folder inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import Takes, fit
from dashkit.document.read import FOLDER_ANNOTATION, as_resource
from dashkit.errors import RefusedError
from dashkit.export.desired_state import DesiredState
from dashkit.model.dashboard import FolderPath

#: Names in a path, that of the file included.
_DEEPEST = 8
_ODD = re.compile(r"[^A-Za-z0-9 _.-]+")
#: Served by every Grafana from 12 on.
_CLASSIC = "v1beta1"
_FOLDER = "folder.grafana.app/v1beta1"


def files(state: DesiredState) -> Iterator[tuple[str, bytes]]:
    """Yield each dashboard, and for Grafana 13 and later each folder, with its path.

    Raises:
        RefusedError: a folder is deeper than Git Sync reads.
    """
    directories = _directories(state)
    modern = state.major >= 13
    for folder in state.folders if modern else ():
        resource = _resource(_FOLDER, "Folder", folder.uid, folder.parent_uid, {"title": folder.title})
        yield f"{directories[folder.path]}_folder.json", _json.pretty(resource)
    for item in state.dashboards:
        path = f"{directories[item.folder]}{item.uid}.json"
        if path.count("/") >= _DEEPEST:
            raise RefusedError(
                f"{path} is {path.count('/') + 1} levels deep, and Git Sync reads {_DEEPEST}",
                where=str(item.source), hint="put the dashboard into a folder higher up",
            )  # fmt: skip
        yield path, _json.pretty(_dashboard(item, state, modern=modern))


def left_out(state: DesiredState) -> Iterator[str]:
    """Yield what of the state Git Sync does not know, in words."""
    if state.rules:
        yield "Git Sync has no alert rules and no contact points: use `dashkit rules push`, or `dashkit export provisioning`"
    if state.datasources:
        yield "Git Sync has no datasources: use `dashkit export provisioning`, or `dashkit export terraform`"
    if state.major < 13:
        for path, directory in _directories(state).items():
            name = directory.rstrip("/").rpartition("/")[2]
            if path and name != path[-1]:
                yield f"Git Sync of Grafana {state.grafana} will title folder {path[-1]!r} {name!r}, like its directory"


def _directories(state: DesiredState) -> dict[FolderPath, str]:
    """Return the directory of each folder: empty for the root, else with a slash at the end. No two share one."""
    found: dict[FolderPath, str] = {(): ""}
    taken: set[str] = set()
    for folder in state.folders:
        plain = _ODD.sub("-", folder.title).strip(" .-") or "folder"
        directory = f"{found[folder.path[:-1]]}{plain}/"
        if directory.lower() in taken:
            directory = f"{directory[:-1]}-{folder.uid[-8:]}/"
        taken.add(directory.lower())
        found[folder.path] = directory
    return found


def _dashboard(item: Desired, state: DesiredState, *, modern: bool) -> dict[str, Any]:
    fitted = fit(item, Takes(item.schema if modern else "v2beta1", scoped_variables=modern)) if item.schema else item
    wrapped = as_resource(item.uid, fitted.schema or _CLASSIC, fitted.spec)
    folder = state.folder_uid(item.folder) if modern else ""
    return _resource(wrapped["apiVersion"], wrapped["kind"], item.uid, folder, fitted.spec)


def _resource(version: str, kind: str, uid: str, folder: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a resource. Git Sync takes the folder from the path, and gcx from the annotation."""
    annotations = {"annotations": {FOLDER_ANNOTATION: folder}} if folder else {}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": uid, **annotations}, "spec": spec}
