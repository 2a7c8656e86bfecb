"""A state with something of each kind, its files for Kubernetes, and the schemas of resource definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from dashkit.authoring.alerts import HIGH, alert, fires, quiet, record, rule_group
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.desired import Desired
from dashkit.document.v2.up import up
from dashkit.export.desired_state import DatasourceSettings, DesiredState, folders_of
from dashkit.export.kubernetes.files import files
from dashkit.export.kubernetes.resource import Options
from dashkit.model.alerts import PlainAlert, Runbook
from dashkit.model.dashboard import FolderPath, Location
from dashkit.model.folder import folder_uid
from dashkit.model.routing import Contact, Email, Hours, Receiver, Route, Routing, Slack, Webhook

GROUP = rule_group(
    "shop rules", "shop",
    record("shop:errors:rate5m", "sum(rate(errors_total[5m]))"),
    alert(
        "ShopBroken", "x", above=1, severity=HIGH, symptom="errors", summary="s", description="{{ $labels.job }}: {value}",
        runbook=Runbook(("Look.",), ("Mend.",)), panel=("overview", "errors"), wait="90m",
        tests=[fires({"x": "2x90"}), quiet({"x": "0x90"}, at="5m")],
    ),
    PlainAlert("Old", "up == 0", keep_firing_for="1d", labels={"severity": "low"}),
)  # fmt: skip
ROUTING = Routing(
    default="chat",
    receivers=(
        Receiver("chat", (Slack("#alerts", "slack-url"), Email("a@example.com"), Webhook("${HOOK}"))),
        Receiver("On Call!", (Contact("telegram", {"chatid": "1"}, {"bottoken": "telegram-token"}, resolved=False),)),
    ),
    routes=(
        Route({"severity": "high|low"}, "On Call!", hours="office", routes=(Route({"system": "shop"}, ""),)),
        Route({"team": "a"}, "chat", repeat="1h", go_on=True),
    ),
    hours=(Hours("office", "monday:friday", "08:00", "18:00"),),
)
PROMETHEUS = DatasourceSettings(
    "prometheus", "prometheus", "http://prom$1:9090/${PATH_PREFIX}", "Prometheus", True,
    {"httpMethod": "POST", "note": "$__interval"}, {"httpHeaderValue1": "PROM_TOKEN"},
)  # fmt: skip


def board(uid: str = "overview", folder: FolderPath = ("Ops", "Shop"), **more: Any) -> Desired:
    """Return a dashboard."""
    title = more.pop("title", uid.capitalize())
    spec = {"title": title, "tags": ["dashkit:shop"], "panels": [], "schemaVersion": 39, **more}
    return Desired(uid, title, folder, spec, Location("dashboards/a.py", 1), uid)


def dynamic(uid: str = "dynamic") -> Desired:
    """Return a dashboard of the v2 schema."""
    item = board(uid)
    return Desired(uid, item.title, item.folder, up(item.spec), item.source, uid, "v2beta1")


def state(
    dashboards: Iterable[Desired] = (),
    *,
    grafana: bool = True,
    recording: bool = True,
    grafana_version: str = "12",
    **more: Any,
) -> DesiredState:
    """Return a state, in which Grafana evaluates the alerts, or Prometheus does."""
    boards = tuple(dashboards) or (board(), board("top", ()))
    rules = desired_rules(
        [GROUP], folder_uid=folder_uid(("Alerts",)), datasource="prometheus", owner="dashkit:shop", recording=recording
    )
    found: dict[str, Any] = {
        "folders": folders_of([*(item.folder for item in boards), ("Alerts",)]), "groups": (GROUP,), "routing": ROUTING,
        "rules": tuple(rules) if grafana else (), "datasources": (PROMETHEUS,), "grafana": grafana_version, **more,
    }  # fmt: skip
    return DesiredState("shop", "prod", 1, "dashkit:shop", boards, **found)


def resources(
    given: DesiredState, *, warn: Callable[[str], None] | None = None, **options: Any
) -> dict[str, dict[str, Any]]:
    """Return the resources by path, read from their YAML."""

    def refuse(sentence: str) -> None:
        raise AssertionError(sentence)

    found = dict(files(given, Options(**options), warn or refuse))
    return {path: yaml.load(data, yaml.CSafeLoader) for path, data in found.items()}


def schemas(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the schemas of the resource definitions in a folder, by the API and the kind."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        definition = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        spec = definition["spec"]
        for version in spec["versions"]:
            key = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            found[key] = strict(version["schema"]["openAPIV3Schema"])
    return found


def strict(schema: Any, *, top: bool = True) -> Any:
    """Return a schema as a cluster understands it: what it does not know is lost, and defaults stand for what is missing."""
    if isinstance(schema, list):
        return [strict(entry, top=False) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value, top=False) for key, value in schema.items()}
    properties = schema.get("properties")
    if isinstance(properties, dict) and "type" in schema:
        kept = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema or top
        found |= {} if kept else {"additionalProperties": False}
        required = [key for key in schema.get("required", ()) if "default" not in properties[key]]
        found |= {"required": required} if "required" in schema else {}
    return found


def faults(resource: dict[str, Any], known: dict[tuple[str, str], dict[str, Any]]) -> Iterator[str]:
    """Yield where a resource does not fit its definition."""
    schema = known[resource["apiVersion"], resource["kind"]]
    for error in Draft202012Validator(schema).iter_errors(resource):
        yield f"{resource['kind']} {resource['metadata']['name']}: {error.json_path}: {error.message}"


def is_label(text: str) -> bool:
    """Return whether a text is a DNS label of RFC 1123, which every name may be."""
    return len(text) <= 63 and re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", text) is not None
