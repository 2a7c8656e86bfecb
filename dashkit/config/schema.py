"""The JSON Schema of dashkit.yaml; docs/configuration.md is generated from its descriptions."""

from __future__ import annotations

from typing import Any


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


_TEXT = {"type": "string", "minLength": 1}


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {**_TEXT, "description": description, **more}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": _TEXT, "description": description}


def _mapping(description: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": values}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


_COMMAND = {
    "description": "command that prints the secret: a shell-style line or a list of words, run without a shell",
    "anyOf": [_TEXT, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
_SECONDS = {"type": "number", "exclusiveMinimum": 0, "maximum": 3600}

ON_DRIFT = ("refuse", "overwrite", "skip")
EVALUATORS = ("prometheus", "grafana")
UID_PREFIX = "^[A-Za-z0-9_-]{1,20}$"

CONTEXT: dict[str, Any] = _object(
    url=_text("URL of Grafana, including any sub-path"),
    directory=_text(
        "instead of `url`: a directory of provisioning files, which diff and push compare and write as if it were a Grafana"
    ),
    mounted_at=_text("where Grafana's machine has the provisioning files of this context  [/etc/grafana/provisioning]"),
    token_env=_text("environment variable with a service-account token"),
    token_file=_text("file with the token"),
    token_command=_COMMAND,
    user=_text("user name for basic authentication"),
    password_env=_text("environment variable with the password"),
    password_file=_text("file with the password"),
    password_command=_COMMAND,
    org_id={"type": "integer", "minimum": 1, "description": "organisation id, for basic authentication"},
    tls=_object(
        ca=_text("file with the certificate authorities to trust"),
        cert=_text("client certificate"),
        key=_text("key of the client certificate"),
        insecure=_flag("accept any certificate (warns on every use)"),
    ),
    proxy=_text("URL of a proxy, such as http://proxy:3128", pattern="^(https?|socks5h?)://"),
    headers=_mapping(
        "extra HTTP headers; each value is a string or {env: NAME}",
        {"anyOf": [{"type": "string"}, _object(env=_text("environment variable"))]},
    ),
    timeouts=_object(
        connect={**_SECONDS, "description": "seconds to wait for a connection  [5]"},
        read={**_SECONDS, "description": "seconds to wait for the next part of a response  [60]"},
    ),
    folder_prefix=_text("folder path that all folders of this context are put under, such as `Staging`"),
    uid_prefix=_text("prefix for dashboard uids: keeps contexts in the same organisation apart", pattern=UID_PREFIX),
    tags=_texts("tags to add to each dashboard"),
    datasources=_mapping("datasource uid in the source -> uid on this server", _TEXT),
    evaluator={
        "enum": list(EVALUATORS),
        "description": "what evaluates the alert rules and sends notifications: Prometheus with rule files, or this Grafana, "
        "but never both  [prometheus]",
    },
    recording={
        "enum": list(EVALUATORS),
        "description": "what evaluates the recording rules if Grafana evaluates the alerts: this Grafana (12 or later, writing "
        "to a Prometheus with the remote-write receiver enabled), or Prometheus with the files of `dashkit rules build "
        "--recording-only`  [grafana]",
    },
    on_drift={"enum": list(ON_DRIFT), "description": "what to do with a dashboard that was edited in the UI  [refuse]"},
    backups=_text("directory or URL (s3://bucket/path) for this context's archives  [backups/ beside this file]"),
    journal=_text("directory or URL where `push` saves what it overwrites  [.dashkit/pushes/NAME beside this file]"),
    protected=_flag(
        "use only if --context names it, or after asking if a group selects it, and never for `dashkit watch`"
    ),
    groups=_texts(
        "groups that `--group` of `dashkit push` and `dashkit diff` selects this context by, such as `[prod, eu]`"
    ),
)

SEVERITIES = ("off", "info", "warning", "error")
GRAFANAS = ("10", "10.1", "11", "12", "13")

_DURATION = {"type": "string", "pattern": "^([0-9]+(ms|[smhdwy]))+$"}
_COUNT = {"type": "integer", "minimum": 1}

CHECK: dict[str, Any] = _object(
    grafana={
        "enum": [*GRAFANAS, 10, 10.1, 11, 12, 13],
        "description": "version of Grafana that will show the dashboards  [12]",
    },
    fail_on={
        "enum": ["error", "warning", "info", "never"],
        "description": "lowest severity that makes the check fail  [error]",
    },
    # YAML reads a bare `off` as false.
    rules=_mapping("severity of each rule: off, info, warning or error", {"enum": [*SEVERITIES, False]}),
    adopted=_texts("files that came from a Grafana: their problems do not block a push; * matches anything  [*.json]"),
    own_rules=_texts("Python modules with the project's own rules"),
    metrics=_texts("folders with the metric catalogue"),
    language={"enum": ["promql", "metricsql"], "description": "language of the queries  [promql]"},
    scrape_interval={**_DURATION, "description": "scrape interval of Prometheus  [15s]"},
    retention={**_DURATION, "description": "retention of Prometheus; without it, ranges are not checked"},
    budgets=_object(
        panel_queries={**_COUNT, "description": "maximum number of queries in a panel  [12]"},
        dashboard_queries={
            **_COUNT,
            "description": "maximum number of queries that a dashboard sends when it opens  [120]",
        },
    ),
    matchers=_mapping("matchers that every selector must have, such as job: '=~\"$job\"'", _TEXT),
    variables=_texts("variables that every dashboard must have"),
    severities=_texts("allowed values of the `severity` label of alerts"),
    suppress={
        "type": "array",
        "description": "problems to suppress, each with a reason",
        "items": {
            **_object(
                rule={"description": "id of a rule, or a list of ids", "anyOf": [_TEXT, _texts("ids")]},
                dashboard=_text("uid; * matches anything"),
                panel={"description": "title or id of the panel", "anyOf": [_TEXT, {"type": "integer"}]},
                path=_text("file; * matches anything"),
                reason={"type": "string", "description": "why the problem is suppressed"},
                until={"description": "last day of the suppression, such as 2027-01-31"},
            ),
            "required": ["rule"],
        },
    },
)

DATASOURCE: dict[str, Any] = _object(
    type=_text("type, such as `prometheus`"),
    url=_text("its URL, as Grafana reaches it; may contain ${NAME}, a variable of Grafana's environment"),
    name=_text("its name  [the uid]"),
    default=_flag("whether it is the organisation's default"),
    settings={"type": "object", "description": "what Grafana calls `jsonData`"},
    secrets=_mapping("setting -> name of the variable of Grafana's environment that holds it", _TEXT),
)

SCHEMA: dict[str, Any] = _object(
    project=_text(
        "name of the project; its dashboards carry the tag dashkit:<project>",
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$",
    ),
    dashboards=_texts("folders with dashboard modules, relative to this file"),
    build=_text("folder that `dashkit build` writes to"),
    datasources=_mapping(
        "datasource uid -> type, for modules that name a datasource by uid alone; or an object, which exports provision",
        {"anyOf": [_TEXT, {**DATASOURCE, "required": ["type"]}]},
    ),
    alerts=_object(
        grafana=_text("URL of Grafana, for links from alerts to panels"),
        runbooks=_text("URL of the folder of runbooks that `dashkit rules build` writes"),
        datasource=_text("uid of the Prometheus datasource that Grafana-managed rules query  [prometheus]"),
        folder=_text("folder for Grafana-managed rules  [Alerts]"),
    ),
    check=CHECK,
    market=_object(
        url=_text(
            "URL of a mirror of grafana.com, for `dashkit import --id` and `dashkit market`  [https://grafana.com]",
            pattern="^https?://[^@?#]+$",
        ),
        ca=_text("file with the certificate authorities to trust there"),
    ),
    contexts=_mapping("Grafana servers by name", CONTEXT),
)
