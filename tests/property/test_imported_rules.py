"""Whatever groups of rules say, the module that is made of them says it again, and nothing of it becomes code."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit.authoring import plain_alert, record, rule_group
from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Sources
from dashkit.deploy.alert_groups import desired_rules
from dashkit.export.rule_files import rule_file
from dashkit.importer.grafana_rules import Origin, Taken, taken_groups
from dashkit.importer.rule_groups import compared, groups_of
from dashkit.importer.rule_sources import read_rule_sources
from dashkit.importer.rules import group_call, groups_module, rules_module
from dashkit.model.alerts import AlertGroup
from dashkit.model.links import AlertLinks
from tests.support.hostile import hostile, words

Json = dict[str, Any]

#: What is in a rule that is compared: expressions with limits, texts, comments and blanks in places where they count.
EXPRESSIONS = st.sampled_from(
    (
        "up == 0", "sum(rate(x[5m])) > 0.5", "a or b > 5", "a and b < 1", "up", "x{a='b  c'} > 1", 'x{a="}"} < 2.50', "x > bool 1",
        "sum by (a) (\n  rate(x[5m])\n)\n> 3", "up # really\n> 0", "up > 1e3", "-x > -1", 'or{a="b"} or{c="d"} > 7', "x > 007",
    )
)  # fmt: skip
DURATIONS = st.sampled_from(("", "0s", "5m", "90s", "1h30m", "1d"))
LABELS = st.dictionaries(
    st.one_of(st.sampled_from(("severity", "team", "class", "name", "expr", "groups")), words), hostile, max_size=4
)
ANNOTATIONS = st.dictionaries(
    st.one_of(st.sampled_from(("summary", "description", "runbook_url")), words), hostile, max_size=4
)


def without_nothing(part: Json) -> Json:
    return {key: value for key, value in part.items() if value not in ("", {}, 0)}


ALERTS = st.fixed_dictionaries(
    {"alert": words, "expr": st.one_of(EXPRESSIONS, words), "for": DURATIONS, "keep_firing_for": DURATIONS,
     "labels": LABELS, "annotations": ANNOTATIONS}
).map(without_nothing)  # fmt: skip
RECORDS = st.fixed_dictionaries({"record": words, "expr": st.one_of(EXPRESSIONS, words), "labels": LABELS}).map(
    without_nothing
)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ._:\"'{}-]{0,20}[A-Za-z0-9]", fullmatch=True)
GROUPS = st.fixed_dictionaries(
    {"name": NAMES, "interval": DURATIONS, "query_offset": DURATIONS, "limit": st.integers(0, 9), "labels": LABELS,
     "rules": st.lists(st.one_of(ALERTS, RECORDS), max_size=4)}
).map(without_nothing)  # fmt: skip
FILES = st.lists(GROUPS, min_size=1, max_size=3, unique_by=lambda group: group["name"])


def compiled(text: str) -> list[AlertGroup]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "dashboards", "alerts", "imported.py")
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        found = list(compile_alerts(Sources(Path(folder), (Path(folder, "dashboards"),))))
    assert all(isinstance(entry, AlertGroup) for entry in found), found
    return found  # type: ignore[return-value] # as was asserted


def only_calls_of_ours(text: str) -> bool:
    tree = ast.parse(text)
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    others = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.JoinedStr | ast.Lambda)]
    return called <= {"rule_group", "plain_alert", "record", "RecordingRule"} and not others


@given(FILES, hostile)
@settings(max_examples=150)
def test_a_module_makes_the_rules_that_it_was_made_of(groups: list[Json], title: str) -> None:
    content = {"groups": groups}
    text = rules_module(content, title, title)
    assert only_calls_of_ours(text)
    made = rule_file(compiled(text), AlertLinks())["groups"]
    assert compared(groups_of({"groups": made})) == compared(groups_of(content))


@given(FILES)
def test_a_file_says_the_same_as_its_content(groups: list[Json]) -> None:
    written = yaml.safe_dump({"groups": groups})
    (source,) = read_rule_sources(written.encode(), "rules.yml")
    assert source.groups == groups_of({"groups": groups})


TEXTS = st.one_of(
    hostile, st.sampled_from(("{{ $value }} of {{ $labels.a }}", "{{ $values.B.Value }}", "{{ $values.A }}"))
)
GRAFANA = st.fixed_dictionaries(
    {},
    optional={"uid": st.from_regex(r"[a-z0-9-]{3,12}", fullmatch=True), "noDataState": st.just("NoData"),
              "isPaused": st.just(True), "notification_settings": st.just({"receiver": "x"})},
)  # fmt: skip


@st.composite
def managed(draw: st.DrawFn) -> list[AlertGroup]:
    """Groups that Grafana evaluates."""
    groups = []
    for number in range(draw(st.integers(1, 3))):
        alerts = [
            plain_alert(
                draw(words.filter(lambda name: not name.endswith(")"))), draw(st.one_of(EXPRESSIONS, words)),
                above=draw(st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda value: round(value, 3)))),
                wait=draw(st.sampled_from(("", "5m", "1h30m"))), summary=draw(TEXTS),
                severity=draw(st.sampled_from((None, "critical", "page"))), labels={"team": draw(hostile)},
                grafana=draw(GRAFANA),
            )
            for _ in range(draw(st.integers(1, 3)))
        ]  # fmt: skip
        series = draw(st.lists(st.sampled_from(("a:x", "b:y", "c:z")), unique=True, max_size=2))
        records = [record(f"{name}{number}", f"sum(rate({name.replace(':', '_')}[5m]))", team="a") for name in series]
        groups.append(
            rule_group(
                f"group {number}", f"system-{number}", records, alerts, interval=draw(st.sampled_from(("", "30s")))
            )
        )
    return groups


@given(managed())
@settings(max_examples=150)
def test_what_was_pushed_comes_back(groups: list[AlertGroup]) -> None:
    where = {"folder_uid": "f", "datasource": "prometheus", "owner": "dashkit:x", "recording": True}
    live = desired_rules(groups, **where)  # type: ignore[arg-type] # by name
    uids = [rule["uid"] for group in live for rule in group.rules]
    if len(uids) != len(set(uids)):
        return  # no server has these
    taken = list(taken_groups(live, Origin("dashkit:x", "prometheus", {"f": ""}, {"prometheus": ""})))
    assert all(isinstance(one, Taken) for one in taken), taken
    text = groups_module([one.call for one in taken if isinstance(one, Taken)], "x")
    assert only_calls_of_ours(text)
    assert desired_rules(compiled(text), **where) == live  # type: ignore[arg-type] # by name


@given(GROUPS)
def test_a_call_makes_the_group_at_once_as_well(group: Json) -> None:
    (wanted,) = groups_of({"groups": [group]})
    made = rule_file([group_call(wanted, "system").make()], AlertLinks())["groups"]
    assert compared(groups_of({"groups": made})) == compared([wanted])
