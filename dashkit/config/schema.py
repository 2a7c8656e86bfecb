"""The JSON Schema of dashkit.yaml. Its descriptions are the reference."""

from __future__ import annotations

from typing import Any


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description, **more}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "description": description}


_COMMAND = {
    "description": "a program that prints the secret: a line as for a shell, without a shell, or its words",
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_SECONDS = {"type": "number", "exclusiveMinimum": 0, "maximum": 3600}

ON_DRIFT = ("refuse", "overwrite", "skip")
EVALUATORS = ("prometheus", "grafana")

CONTEXT: dict[str, Any] = _object(
    url=_text("address of Grafana, with its sub-path"),
    token_env=_text("environment variable that holds a service-account token"),
    token_file=_text("file that holds it"),
    token_command=_COMMAND,
    user=_text("user name for basic authentication"),
    password_env=_text("environment variable that holds the password"),
    password_file=_text("file that holds it"),
    password_command=_COMMAND,
    org_id={"type": "integer", "minimum": 1, "description": "organisation, for basic authentication"},
    tls=_object(
        ca=_text("file of certificate authorities to trust"),
        cert=_text("client certificate"),
        key=_text("its key"),
        insecure={"type": "boolean", "description": "accept any certificate (warned at each use)"},
    ),
    proxy=_text("address of an HTTP proxy, such as http://proxy:3128", pattern="^(https?|socks5h?)://"),
    headers={
        "type": "object",
        "description": "extra headers; a value is a text or {env: NAME}",
        "additionalProperties": {"anyOf": [{"type": "string"}, _object(env=_text("environment variable"))]},
    },
    timeouts=_object(
        connect={**_SECONDS, "description": "seconds to connect  [5]"},
        read={**_SECONDS, "description": "seconds between two parts of an answer  [60]"},
    ),
    folder_prefix=_text("folder path above all folders of this context, such as `Staging`"),
    uid_prefix=_text(
        "before each dashboard uid: keeps contexts on one organisation apart", pattern="^[A-Za-z0-9_-]{1,20}$"
    ),
    tags=_texts("tags added to each dashboard"),
    datasources={
        "type": "object",
        "description": "datasource uid in the source -> uid on this server",
        "additionalProperties": {"type": "string", "minLength": 1},
    },
    evaluator={
        "enum": list(EVALUATORS),
        "description": "who evaluates the alert rules and calls people: Prometheus by its rule files, or this Grafana; "
        "never both",
    },
    recording={
        "enum": list(EVALUATORS),
        "description": "who evaluates the recording rules where Grafana evaluates the alerts: this Grafana (12 and later, into a "
        "Prometheus with its remote-write receiver on), or Prometheus by the files of `dashkit rules build --recording-only`  "
        "[grafana]",
    },
    on_drift={"enum": list(ON_DRIFT), "description": "what to do with a dashboard edited in the UI"},
    backups=_text("directory or URL (s3://bucket/path) of this context's archives  [backups/ beside this file]"),
    journal=_text("directory or URL where `push` keeps what it overwrites  [.dashkit/pushes/NAME beside this file]"),
    protected={"type": "boolean", "description": "only used where --context names it"},
)

SEVERITIES = ("off", "info", "warning", "error")
GRAFANAS = ("10", "10.1", "11", "12", "13")

_DURATION = {"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"}
_COUNT = {"type": "integer", "minimum": 1}

CHECK: dict[str, Any] = _object(
    grafana={"enum": [*GRAFANAS, 10, 10.1, 11, 12, 13], "description": "version that will show the dashboards  [12]"},
    fail_on={"enum": ["error", "warning", "info", "never"], "description": "least severity that fails  [error]"},
    rules={
        "type": "object",
        "description": "severity by rule: off, info, warning or error",
        # YAML reads a bare `off` as false.
        "additionalProperties": {"enum": [*SEVERITIES, False]},
    },
    own_rules=_texts("Python modules with rules of the project's own"),
    metrics=_texts("folders of the metric catalogue"),
    language={"enum": ["promql", "metricsql"], "description": "what the queries are written in  [promql]"},
    scrape_interval={**_DURATION, "description": "of Prometheus  [15s]"},
    retention={**_DURATION, "description": "of Prometheus; without it no range is too long"},
    budgets=_object(
        panel_queries={**_COUNT, "description": "most queries of a panel  [12]"},
        dashboard_queries={**_COUNT, "description": "most queries that a dashboard asks when it opens  [120]"},
    ),
    matchers={
        "type": "object",
        "description": "matchers that each selector must have, such as job: '=~\"$job\"'",
        "additionalProperties": {"type": "string", "minLength": 1},
    },
    variables=_texts("variables that each dashboard must have"),
    severities=_texts("values of the label `severity` of alerts"),
    suppress={
        "type": "array",
        "description": "problems that are accepted, each with its reason",
        "items": {
            **_object(
                rule={
                    "description": "id of the rule, or several",
                    "anyOf": [{"type": "string", "minLength": 1}, _texts("ids")],
                },
                dashboard=_text("uid, with * for any part"),
                panel={
                    "description": "title or id",
                    "anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}],
                },
                path=_text("file, with * for any part"),
                reason={"type": "string", "description": "why it is right as it is"},
                until={"description": "the last day, such as 2027-01-31"},
            ),
            "required": ["rule"],
        },
    },
)

SCHEMA: dict[str, Any] = _object(
    project=_text(
        "name of the project; owned dashboards carry the tag dashkit:<project>",
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$",
    ),
    dashboards=_texts("where dashboard modules are, relative to this file"),
    build=_text("where `dashkit build` writes"),
    datasources={
        "type": "object",
        "description": "datasource uid -> type, for modules that name a datasource by uid alone",
        "additionalProperties": {"type": "string", "minLength": 1},
    },
    alerts=_object(
        grafana=_text("address of Grafana, for the links of alerts to panels"),
        runbooks=_text("address of the folder of runbooks that `dashkit rules build` writes"),
        datasource=_text("uid of the Prometheus that Grafana-managed rules ask  [prometheus]"),
        folder=_text("folder of the Grafana-managed rules  [Alerts]"),
    ),
    check=CHECK,
    contexts={"type": "object", "description": "Grafana servers by name", "additionalProperties": CONTEXT},
)
