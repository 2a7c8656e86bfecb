"""Resources of grafana-operator: dashboards, folders and datasources.

Fields, required ones and immutable ones are those of the resource definitions of grafana-operator 5.24.0
(https://grafana.github.io/grafana-operator/docs/api/). What cannot change is part of a resource's name, so that a change makes
another resource: the uid of a dashboard, that of a folder (which says where it is), the name of a contact point.
"""

from __future__ import annotations

import base64
import gzip
import re
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.errors import InputError
from dashkit.export.desired_state import DatasourceSettings
from dashkit.export.kubernetes.resource import Maker, Resource, Resources, fits_annotation, plain_json
from dashkit.export.provisioning import classic

API = "grafana.integreatly.org/v1beta1"
#: What a cluster stores of one object by default (etcd's limit for a request is 1.5 MiB), in bytes.
_OBJECT_LIMIT = 1024 * 1024
#: A variable in a text, as the operator and Grafana write it.
VARIABLE = re.compile(r"\$\{(\w+)\}")


def operator(maker: Maker) -> Resources:
    """Yield the folders, dashboards and datasources.

    Raises:
        InputError: a dashboard is too large for a cluster.
    """
    for folder in maker.state.folders:
        name = maker.name(folder.uid)
        parent = {"parentFolderRef": maker.name(folder.parent_uid)} if folder.parent_uid else {}
        yield (
            f"folders/{name}.yaml",
            managed(maker, "GrafanaFolder", name, uid=folder.uid, title=folder.title, **parent),
        )
    for item in maker.state.dashboards:
        name = maker.name(item.uid)
        modern = item.schema and maker.state.major >= 12
        made = _dynamic(item, name, maker) if modern else _dashboard(classic(item, maker.warn), name, maker)
        yield f"dashboards/{name}.yaml", made
    for entry in maker.state.datasources:
        name = maker.name(entry.uid)
        yield f"datasources/{name}.yaml", _datasource(entry, name, maker)


def managed(maker: Maker, kind: str, name: str, /, **spec: Any) -> Resource:
    """Return a resource for the Grafanas with the label."""
    selector = {"matchLabels": dict([maker.options.instances])}
    return maker.resource(API, kind, name, spec={"instanceSelector": selector, **spec})


def secret_value(maker: Maker, target: str, variable: str) -> dict[str, Any]:
    """Return where the operator finds the value for a setting: a key of the project's Secret, named as the variable."""
    reference = {"name": maker.name("secrets"), "key": variable}
    return {"targetPath": target, "valueFrom": {"secretKeyRef": reference}}


def _dashboard(item: Desired, name: str, maker: Maker) -> Resource:
    """Return a GrafanaDashboard; a large one is compressed."""
    place = {"folderRef": maker.name(maker.state.folder_uid(item.folder))} if item.folder else {}
    data = plain_json({**item.spec, "uid": item.uid})
    made = managed(maker, "GrafanaDashboard", name, uid=item.uid, json=data.decode(), **place)
    if fits_annotation(made):
        return made
    # Python with another zlib may make other bytes of the same JSON.
    packed = base64.b64encode(gzip.compress(data, mtime=0)).decode()
    return _stored(managed(maker, "GrafanaDashboard", name, uid=item.uid, gzipJson=packed, **place), len(packed), item)


def _dynamic(item: Desired, name: str, maker: Maker) -> Resource:
    """Return a dashboard of the v2 schema, which the operator hands to Grafana's own API for resources."""
    place = {"annotations": {"grafana.app/folder": maker.state.folder_uid(item.folder)}} if item.folder else {}
    template = {
        "apiVersion": f"dashboard.grafana.app/{item.schema}", "kind": "Dashboard", "metadata": {"name": item.uid, **place},
        "spec": item.spec,
    }  # fmt: skip
    made = managed(maker, "GrafanaManifest", name, template=template)
    if not fits_annotation(made):
        maker.warn(f"{name} is too large for `kubectl apply` alone: use `kubectl apply --server-side`")
    return _stored(made, len(plain_json(item.spec)), item)


def _stored(resource: Resource, size: int, item: Desired) -> Resource:
    if size > _OBJECT_LIMIT:
        raise InputError(
            f"{item.uid} has {size // 1024} KiB, and a cluster stores {_OBJECT_LIMIT // 1024} in one object",
            where=str(item.source), hint="divide the dashboard, or deploy it with `dashkit push`",
        )  # fmt: skip
    return resource


def _datasource(entry: DatasourceSettings, name: str, maker: Maker) -> Resource:
    """Return a GrafanaDatasource. The operator fills in variables only where it is told to."""
    found = {
        "name": entry.name or entry.uid, "type": entry.type, "access": "proxy", "url": entry.url,
        "isDefault": entry.default, "jsonData": dict(entry.settings),
        "secureJsonData": {setting: f"${{{variable}}}" for setting, variable in entry.secrets.items()},
    }  # fmt: skip
    values = [secret_value(maker, "url", variable) for variable in dict.fromkeys(VARIABLE.findall(entry.url))]
    values += [
        secret_value(maker, f"secureJsonData.{key}", variable) for key, variable in sorted(entry.secrets.items())
    ]
    filled = {"valuesFrom": values} if values else {}
    described = {key: value for key, value in found.items() if value not in ({}, False)}
    return managed(maker, "GrafanaDatasource", name, uid=entry.uid, datasource=described, **filled)
