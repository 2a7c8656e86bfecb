"""Dashboards, folders, datasources and alerting as resources of the Terraform provider grafana/grafana.

https://registry.terraform.io/providers/grafana/grafana/latest/docs. Names of resources, arguments and ids were read from version
4.45.1 of the provider. It reads its server and credentials from GRAFANA_URL and GRAFANA_AUTH, so that no file has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dashkit import _json
from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import Takes, fit
from dashkit.document.read import as_resource
from dashkit.errors import RefusedError
from dashkit.export.desired_state import DatasourceSettings, DesiredState
from dashkit.export.terraform_alerting import alerting
from dashkit.export.terraform_contacts import secrets_of
from dashkit.export.terraform_imports import Live, imports
from dashkit.export.terraform_text import (
    document,
    given,
    input_name,
    input_value,
    label,
    literal,
    organisation,
    reference,
)
from dashkit.model.folder import folder_slug

#: The first version with every argument that is written (``googlechat.hide_version_info``), below the next major one.
VERSIONS = "~> 4.37"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_HEADER = re.compile(r"httpHeader(Name|Value)(\d+)")

Resources = dict[str, dict[str, Any]]


def files(state: DesiredState, live: Live | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield each file of a Terraform module: resources by kind, inputs for secrets, and each dashboard's JSON.

    Args:
        live: what the server has already, for Terraform to take over; without it, Terraform creates everything.

    Raises:
        RefusedError: the provider has no argument for a setting, or a dashboard cannot be written as it is.
    """
    yield (
        "main.tf.json",
        document(terraform={"required_providers": {"grafana": {"source": "grafana/grafana", "version": VERSIONS}}}),
    )
    made: dict[str, Resources] = {
        "folders": {"grafana_folder": _folders(state)},
        "dashboards": {"grafana_dashboard": dict(_dashboard(item, state) for item in state.dashboards)},
        "datasources": {"grafana_data_source": dict(_datasource(one, state) for one in state.datasources)},
        **alerting(state),
    }
    for name, resources in made.items():
        if held := {kind: members for kind, members in resources.items() if members}:
            yield f"{name}.tf.json", document(resource=held)
    for item in state.dashboards:
        yield _path(item), _json.pretty(_content(item, state))
    if inputs := _inputs(state):
        yield "variables.tf.json", document(variable=inputs)
    if live is not None:
        addresses = {kind: members for resources in made.values() for kind, members in resources.items()}
        yield "imports.tf.json", document(**{"import": list(imports(state, live, addresses))})


def left_out(state: DesiredState) -> Iterator[str]:
    """Yield what of the state the module does not say, in words."""
    for item in state.dashboards:
        yield from (f"{item.uid}: {loss}" for loss in _fitted(item, state).lost)
    if state.rules and state.routing and not state.routing.default:
        yield "the routing names no default receiver, so there is no grafana_notification_policy, which is the whole tree"


def _folders(state: DesiredState) -> dict[str, Any]:
    return {
        label(folder.uid): {
            "uid": folder.uid,
            "title": literal(folder.title),
            **given(parent_folder_uid=_folder(folder.parent_uid)),
            **organisation(state.organisation),
        }
        for folder in state.folders
    }


def _folder(uid: str) -> str:
    return reference("grafana_folder", label(uid), "uid") if uid else ""


def _dashboard(item: Desired, state: DesiredState) -> tuple[str, dict[str, Any]]:
    folder = given(folder=_folder(state.folder_uid(item.folder)))
    content = {"config_json": f'${{file("${{path.module}}/{_path(item)}")}}', **folder}
    return label(item.uid), {**content, **organisation(state.organisation)}


def _path(item: Desired) -> str:
    return "/".join(["dashboards", *(folder_slug(title) for title in item.folder), f"{item.uid}.json"])


def _content(item: Desired, state: DesiredState) -> dict[str, Any]:
    """Return what the provider sends: the v2 schema in its wrapping, but only to Grafana 13 and later.

    Grafana 12.4.3 accepts the bare document on that way, takes it for a classic one, and finds no panels in it.
    """
    fitted = _fitted(item, state)
    if fitted.schema:
        return as_resource(item.uid, fitted.schema, fitted.spec)
    if fitted.lost and item.strict:
        raise RefusedError(
            f"{item.uid} needs the v2 schema, which the provider does not take for Grafana {state.grafana}: {fitted.lost[0]}",
            where=str(item.source),
            hint="set `check: {grafana: 13}` in dashkit.yaml if that is what shows it, or use `dashkit push`",
        )
    return {**fitted.spec, "uid": item.uid}


def _fitted(item: Desired, state: DesiredState) -> Desired:
    modern = state.major >= 13
    return fit(item, Takes(item.schema if modern else "", scoped_variables=modern))


def _datasource(one: DatasourceSettings, state: DesiredState) -> tuple[str, dict[str, Any]]:
    """Return a datasource. The provider wants headers by name, and not in the settings."""
    found = {key: _HEADER.fullmatch(key) for key in (*one.settings, *one.secrets)}
    headers = {
        literal(str(name)): input_value(one.secrets[f"httpHeaderValue{match[2]}"])
        for key, name in one.settings.items()
        if (match := found[key]) and f"httpHeaderValue{match[2]}" in one.secrets
    }
    settings = {key: value for key, value in one.settings.items() if not found[key]}
    secrets = {key: f"var.{input_name(name)}" for key, name in sorted(one.secrets.items()) if not found[key]}
    encoded = ", ".join(f"{_json.compact(key).decode()} = {value}" for key, value in secrets.items())
    content = {
        "uid": one.uid,
        "name": literal(one.name),
        "type": one.type,
        "url": _url(one.url),
        **given(
            is_default=one.default or None,
            http_headers=headers,
            json_data_encoded=literal(_json.compact(settings).decode()) if settings else "",
            secure_json_data_encoded=f"${{jsonencode({{{encoded}}})}}" if secrets else "",
        ),
        **organisation(state.organisation),
    }
    return label(one.uid), content


def _url(url: str) -> str:
    """Return a URL in which inputs of the module stand for the variables of Grafana's environment."""
    parts = _VARIABLE.split(url)
    return "".join(input_value(part) if at % 2 else literal(part) for at, part in enumerate(parts))


def _inputs(state: DesiredState) -> dict[str, Any]:
    """Return the inputs of the module: each secret once, and the variables of URLs."""
    secrets = [secret for one in state.datasources for secret in one.secrets.values()]
    secrets += secrets_of(state.routing) if state.routing else []
    plain = [name for one in state.datasources for name in _VARIABLE.findall(one.url)]
    found = {input_name(name): {"type": "string"} for name in sorted(plain)}
    return found | {input_name(name): {"type": "string", "sensitive": True} for name in sorted(secrets)}
