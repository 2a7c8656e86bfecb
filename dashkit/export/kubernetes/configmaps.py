"""ConfigMaps for the sidecars of Grafana's Helm chart, which write what is in them as files that Grafana provisions.

https://github.com/grafana/helm-charts/blob/main/charts/grafana/README.md and k8s-sidecar 2.10 say which label and annotation
they read. Grafana 12 and older name a folder by the last directory only (grafana/grafana issue 107158), so each folder is one
directory.
"""

from __future__ import annotations

from dashkit.errors import InputError
from dashkit.export import yaml_text
from dashkit.export.datasources import datasources_document
from dashkit.export.kubernetes.resource import Maker, Resource, Resources, plain_json
from dashkit.export.provisioning import Layout, alerting_files, classic
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_text

_NOTE = "Written by `dashkit export kubernetes`; change dashkit.yaml instead."


def configmaps(maker: Maker) -> Resources:
    """Yield a ConfigMap for each dashboard, one for the datasources, and one for each file of alerting.

    Raises:
        InputError: two dashboards have one title and folder, or one is too large or loses what it must not.
    """
    yield from _dashboards(maker)
    state = maker.state
    if state.datasources:
        data = yaml_text.text(datasources_document(state.datasources, state.organisation), _NOTE)
        yield _file("datasources", "datasources", data, "grafana_datasource", maker)
    nested = state.major > 10
    for name, data in alerting_files(state, Layout(state.owner, state.organisation, nested=nested)):
        what = name.rpartition("/")[2].removesuffix(".yaml").partition(".")[2]
        yield _file("alerts", f"alerts-{what}", data, "grafana_alert", maker)


def _file(folder: str, what: str, data: bytes, label: str, maker: Maker) -> tuple[str, Resource]:
    """Return a ConfigMap of one file for a sidecar, which puts those of all projects into one directory."""
    name = maker.name(what)
    return f"{folder}/{name}.yaml", maker.configmap(name, {f"{name}.yaml": data}, {label: "1"})


def _dashboards(maker: Maker) -> Resources:
    state, options = maker.state, maker.options
    taken: dict[tuple[str, str], str] = {}
    for item in state.dashboards:
        board, folder = classic(item, maker.warn), directory(item.folder)
        other = taken.setdefault((folder, item.title), item.uid)
        if other != item.uid:
            raise InputError(
                f"{item.uid} and {other} are both {item.title!r} in {folder or 'General'!r}; Grafana would stop provisioning",
                where=str(item.source), hint="change one of the titles",
            )  # fmt: skip
        name = maker.name(f"dashboard-{item.uid}")
        annotations = {options.folder_annotation: folder} if folder and options.folder_annotation else {}
        data = plain_json({**board.spec, "uid": item.uid})
        yield (
            f"dashboards/{name}.yaml",
            maker.configmap(name, {f"{item.uid}.json": data}, dict([options.label]), annotations),
        )


def directory(path: FolderPath) -> str:
    """Return the name of a directory that Grafana names a folder by: ``A - B`` for A / B. Empty for the root."""
    if not path:
        return ""
    # The sidecar would make directories of slashes, and Grafana skips directories that start with a dot.
    return folder_text(tuple(title.replace("/", "-") for title in path)).replace(" / ", " - ").lstrip(". ") or "folder"
