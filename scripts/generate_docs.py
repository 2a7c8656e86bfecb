"""Generate the reference pages from the code.

``python scripts/generate_docs.py`` writes them; a test compares them with the code.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from authoring_reference import page, prose  # noqa: E402


def _signature(name: str, function: Any) -> str:
    parts = []
    for parameter in inspect.signature(function).parameters.values():
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        kind = str(parameter.annotation)
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        text = f"{star}{parameter.name}: {kind}{default}"
        if parameter.kind is parameter.KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        parts.append(text)
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + ")"


def configuration() -> str:
    """docs/configuration.md."""
    from dashkit.config.schema import SCHEMA

    lines = [
        "# dashkit.yaml",
        "",
        "All keys are optional. Without the file, the project has the name of its directory, and that name marks its dashboards:",
        "set `project` if checkouts may have other names. `scripts/generate_docs.py` generates this page from the schema.",
        "",
        "| key | |",
        "|---|---|",
    ]
    lines += [f"| `{key}` | {text} |" for key, text in _keys(SCHEMA, "")]
    lines += [
        "",
        "In the environment, `DASHKIT_URL` with `DASHKIT_TOKEN`, or with `DASHKIT_USER` and `DASHKIT_PASSWORD` (and",
        "`DASHKIT_ORG_ID`), makes a context called `environment`. `DASHKIT_FOLDER_PREFIX`, `DASHKIT_UID_PREFIX`, `DASHKIT_TAGS`",
        "(`a,b`), `DASHKIT_DATASOURCES` (`prometheus=prometheus-prod,loki=loki-prod`) and `DASHKIT_EVALUATOR` set of it what the",
        "keys of the same names set in the file. `DASHKIT_CONTEXT` names a context of the file.",
        "",
        "A command uses the first of these: `--context`, `DASHKIT_CONTEXT`, `DASHKIT_URL`, the choice of `dashkit context use`,",
        "the only context that is not protected. A protected context must be named with `--context`.",
        "",
        "If a directory's name cannot express the title of its folder, put a file `_folder.yaml` with one line, `title: ...`,",
        "into it.",
    ]
    return "\n".join(lines) + "\n"


def _keys(schema: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    found = []
    for key, value in schema["properties"].items():
        name = f"{prefix}{key}"
        if "properties" in value:
            found += _keys(value, f"{name}.")
            continue
        text = value.get("description", "")
        if "enum" in value:
            text += f": {', '.join(dict.fromkeys(map(str, value['enum'])))}"
        inner = value.get("additionalProperties")
        found.append((name, text))
        if "items" in value and "properties" in value["items"]:
            found += _keys(value["items"], f"{name}[].")
        if isinstance(inner, dict):
            # A value may also be an object, or only that.
            for one in (inner, *inner.get("anyOf", ())):
                found += (
                    _keys(one, f"{name}.<name>.")
                    if "properties" in one and one.get("additionalProperties") is False
                    else []
                )
    return found


ALERTING = {
    "Limits and objectives": "Limit Ratio Latency BurnRate Objective recording_rules burn_rate_alerts bucket",
    "Alerts": "alert limit_alerts plain_alert record RecordingRule rule_group fires quiet in_rules in_words Runbook",
    "Routing": "Routing Route Receiver Slack Email PagerDuty Webhook Contact Hours MuteTiming Inhibition",
    "Indicators": "Indicator",
    "Shapes of expressions": "selector total_rate share quantile mean top",
    "Shapes of dashboards": "red latency_lines latency_heatmap error_budget burn_lines up_timeline down_count pool",
    "Series for tests": "series with_labels sample_labels gauge_at rate_at share_at good_at part_at quantile_at mean_at inverted",
}


def alerting() -> str:
    """docs/alerting.md."""
    import dashkit.authoring as helpers

    lines = [
        "# Objectives, alerts and the shapes of dashboards",
        "",
        "What `dashkit.authoring` offers besides panels; import everything from there. How these fit together is shown in",
        "[Your first objective](first-slo.md). `scripts/generate_docs.py` generates this page from the code.",
        "",
        "The severities of alerts are `CRITICAL`, `HIGH`, `MEDIUM` and `LOW`, which are values of `Severity`.",
    ]
    for title, names in ALERTING.items():
        lines += ["", f"## {title}"]
        for name in names.split():
            value = getattr(helpers, name)
            lines += ["", f"### {name}", "", "```python", _signature(name, value), "```", "", prose(value)]
    return "\n".join(lines) + "\n"


BEGIN, END = "<!-- generated -->", "<!-- end -->"


def dashboards() -> str:
    """dashboards/README.md: generate the tables between the marks from the modules; the rest is written by hand."""
    from dashkit.compiler.alerts import compile_alerts
    from dashkit.compiler.compile import Sources, compile_all
    from dashkit.document.walk import panels
    from dashkit.model.alerts import AlertGroup, AlertSeverity
    from dashkit.model.dashboard import CompiledDashboard

    sources = Sources(ROOT, (ROOT / "dashboards",))
    found = [entry for entry in compile_all(sources) if isinstance(entry, CompiledDashboard)]
    groups = [entry for entry in compile_alerts(sources) if isinstance(entry, AlertGroup)]
    systems = {"orchestrator", "shop", "freeagentics", "synthdata", "inquiry"}
    lines = [
        "",
        "## Dashboards",
        "",
        "| family | dashboard | systems | panels | alerts that lead to it |",
        "|---|---|---|---:|---:|",
    ]
    for dashboard in found:
        own = sorted(systems & set(dashboard.spec["tags"])) or ["all"]
        count = sum(placed.panel["type"] != "row" for placed in panels(dashboard.spec))
        every = [(group.system, rule) for group in groups for rule in group.full_alerts]
        leads = {(system, rule.name) for system, rule in every if rule.panel and rule.panel[0] == dashboard.uid}
        path = dashboard.source.path.removeprefix("dashboards/")
        text = "all" if len(own) >= 4 else ", ".join(own)
        lines.append(f"| {dashboard.folder[0]} | [`{dashboard.uid}`]({path}) | {text} | {count} | {len(leads)} |")
    lines += [
        "",
        "## Alerts",
        "",
        "| system | " + " | ".join(severity.label for severity in AlertSeverity) + " | recording rules | alerts |",
    ]
    lines.append("|---|" + "---:|" * (len(AlertSeverity) + 1) + "---|")
    for system in sorted({group.system for group in groups}):
        mine = [group for group in groups if group.system == system]
        rules = [rule for group in mine for rule in group.full_alerts]
        counts = [str(sum(rule.severity is severity for rule in rules)) for severity in AlertSeverity]
        recorded = sum(len(group.rules) for group in mine) - len(rules)
        names = ", ".join(f"`{name}`" for name in dict.fromkeys(rule.name for rule in rules))
        lines.append(f"| {system} | {' | '.join(counts)} | {recorded} | {names} |")
    text = (ROOT / "dashboards/README.md").read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n\n{END}{after}"


FAMILIES = {
    "0": "Suppressions", "1": "Dashboards", "2": "Panels", "3": "Queries and PromQL", "4": "Variables",
    "5": "Datasources and links", "6": "Alert rules", "7": "Against a live server",
}  # fmt: skip


ELSEWHERE = (
    ("dashboard-linter `template-datasource-rule`", "DK501, DK502; `check.variables: [datasource]` with DK410"),
    ("`template-job-rule`, `template-instance-rule`", "`check.variables: [job, instance]` with DK410"),
    ("`template-label-promql-rule`", "DK407, DK301, DK332, DK333 (also in variables)"),
    ("`template-on-time-change-reload-rule`", "DK404 (only for values that are never queried again)"),
    ("`panel-datasource-rule`", "DK501, DK502, DK504; `-- Mixed --` and `-- Dashboard --` are known, DK508"),
    ("`panel-title-description-rule`", "DK201, DK202"),
    ("`panel-units-rule`", "DK203, DK204; custom units are accepted"),
    ("`panel-no-targets-rule`", "DK208, DK303"),
    ("`target-logql-rule`, `target-logql-auto-rule`", "DK350, DK351"),
    ("`target-promql-rule`", "DK301 (also in collapsed rows, variables, annotations and rules)"),
    ("`target-rate-interval-rule`", "DK329, DK330 (also `increase`)"),
    ("`target-job-rule`, `target-instance-rule`", "`check.matchers` with DK340"),
    ("`target-counter-agg-rule`", "DK311 (by the type in the catalogue; by the name alone an info)"),
    ("`uneditable-dashboard`", "DK110 (off by default)"),
    ("gcx `target-valid-promql`, `panel-title-description`, `panel-units`", "DK301, DK201 and DK202, DK203"),
    ("gcx `alert-runbook-link`, `alert-summary`", "DK603, DK602"),
    ("grafana-util `maxQueriesPerPanel`, `maxQueriesPerDashboard`", "DK210, DK109; `check.budgets`"),
    (
        "pint `promql/rate`, `promql/counter`, `promql/series`",
        "DK310, DK311, DK313, DK324; DK332 to DK334, live DK702 and DK703",
    ),
    ("pint `promql/impossible`, `promql/vector_matching`", "DK315, DK317, DK318, DK335, DK338"),
    ("pint `promql/regexp`, `promql/nan`, `query/cost`", "DK320, DK321; DK323; DK328, live DK705 and DK706"),
    ("pint `alerts/*`, `rule/*`", "DK601 to DK617"),
)


def rules() -> str:
    """docs/rules.md."""
    from dashkit.lint.examples import documentation
    from dashkit.lint.rules import RULES

    lines = [
        "# The rules of `dashkit check`",
        "",
        "An error shows up in Grafana as an empty or wrong panel, without a word, or a server refuses it. A warning is",
        "probably not intended, an info worth knowing. `dashkit explain DK317` prints one rule. `scripts/generate_docs.py`",
        "generates this page from the code; the examples are the first of the cases that the tests run.",
        "",
        "| rule | severity | finds |",
        "|---|---|---|",
    ]
    for rule in RULES:
        lines.append(f"| [{rule.id}](#{rule.id.lower()}-{rule.name}) | {rule.severity.word} | {rule.title} |")
    lines += ["", "## Coming from another linter", "", "| there | here |", "|---|---|"]
    lines += [f"| {there} | {here} |" for there, here in ELSEWHERE]
    family = ""
    for rule in RULES:
        if rule.id[2] != family:
            family = rule.id[2]
            lines += ["", f"## {FAMILIES[family]}"]
        text = re.sub(r"^(\w[^\n]*)::$", r"\1:", documentation(rule).replace("``", "`"), flags=re.MULTILINE)
        text = re.sub(r"(\w)::$", r"\1:", text, flags=re.MULTILINE)
        lines += ["", f"### {rule.id} {rule.name}", "", text]
    return "\n".join(lines) + "\n"


PAGES = {
    "docs/rules.md": rules,
    "docs/authoring.md": page,
    "docs/alerting.md": alerting,
    "docs/configuration.md": configuration,
    "dashboards/README.md": dashboards,
}

if __name__ == "__main__":
    for file, make in PAGES.items():
        (ROOT / file).write_text(make(), encoding="utf-8")
        print(f"wrote {file}")
