"""The rows about a Grafana, from what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit.doctor.grafana_dashboards import dashboard_rows
from dashkit.doctor.grafana_datasources import health_row, use_rows
from dashkit.doctor.grafana_logs import MOST, streams
from dashkit.doctor.grafana_server import health_rows, rights_row, settings_rows, version_row
from dashkit.doctor.grafana_uses import Use, Uses, uses
from dashkit.doctor.metrics import metrics_text
from dashkit.doctor.row import Row, State, of_error, some
from dashkit.errors import ServerError
from dashkit.lint.logql import open_selector
from dashkit.lint.parse import board
from dashkit.model.dashboard import NOWHERE
from dashkit.model.health import DatasourceHealth, ServerHealth, ServerSettings, Verdict
from dashkit.model.live import Datasource, LiveDashboard

NO_USES = Uses({}, {}, {})
PROM = Datasource("prom", "Prometheus", "prometheus", default=True)


@pytest.mark.parametrize(
    ("clock", "state", "evidence"),
    [
        (1000.0, State.OK, "within 1 s of ours"),
        (975.0, State.OK, "within 24 s of ours"),
        (1090.0, State.WARNING, "88 s ahead of ours"),
        (900.0, State.WARNING, "99 s behind ours"),
        (None, State.SKIPPED, "the server does not say the time"),
    ],
)
def test_clocks_are_compared_within_the_time_that_the_answer_took(
    clock: float | None, state: State, evidence: str
) -> None:
    found = health_rows("http://x", ServerHealth("ok", clock), 1000.0, 1002.0)[-1]
    assert (found.state, found.evidence, bool(found.mend)) == (state, evidence, state is State.WARNING)


def test_a_database_that_fails_is_a_failure() -> None:
    rows = health_rows("http://x", ServerHealth("failing", 1.0), 1.0, 1.0)
    assert [(row.check, row.state) for row in rows if row.state is not State.OK] == [("database", State.FAILED)]


def test_a_version_that_was_never_tried_is_a_warning() -> None:
    assert version_row("12.3.3", verified=True) == Row(State.OK, "Grafana", "version", "12.3.3")
    assert version_row("14.0.0", verified=False).state is State.WARNING


def test_missing_rights_say_what_for() -> None:
    row = rights_row("Main Org.", {"dashboards:create": "create dashboards"}, {})
    assert (row.state, "create dashboards (dashboards:create)" in row.evidence) == (State.WARNING, True)
    row = rights_row("Main Org.", {}, {"dashboards:delete": "prune"})
    assert (row.state, row.evidence) == (
        State.OK,
        "may push in organisation Main Org., but not prune (dashboards:delete)",
    )


@pytest.mark.parametrize(
    ("edition", "ends", "kind", "state"),
    [
        ("Open Source", 0.0, "prometheus", State.OK),
        ("Open Source", 0.0, "grafana-oracle-datasource", State.FAILED),
        ("Enterprise", 1e10, "grafana-oracle-datasource", State.OK),
        ("Enterprise", 86_400 * 5.0, "grafana-oracle-datasource", State.WARNING),
        ("Enterprise", 0.5, "grafana-oracle-datasource", State.FAILED),
        ("Enterprise", 0.5, "loki", State.OK),
    ],
)
def test_a_licence_matters_where_the_project_needs_one(edition: str, ends: float, kind: str, state: State) -> None:
    settings = ServerSettings(edition, ends, True, (), frozenset())
    licence, renderer = settings_rows(settings, [kind], 1.0)
    assert (licence.state, renderer.state) == (state, State.OK)
    assert bool(licence.mend) == (state is not State.OK)
    assert settings_rows(replace(settings, renderer=None), [kind], 1.0)[1].state is State.SKIPPED


def test_a_plugin_that_should_run_and_does_not_is_no_plugin_without_a_check() -> None:
    health = DatasourceHealth(Verdict.NOT_RUNNING, "Plugin unavailable")
    states = [health_row(PROM, health, NO_USES, known).state for known in (frozenset(), frozenset({PROM.type}), None)]
    assert states == [State.SKIPPED, State.WARNING, State.WARNING]


def test_a_datasource_is_found_by_uid_name_or_as_the_default() -> None:
    users = frozenset({"shop"})
    for uid in ("prom", "Prometheus", ""):
        found = Uses({uid: Use(frozenset({"prometheus"}), users)}, {}, {})
        assert [row.state for row in use_rows(found, [PROM], {})] == [State.OK]
    missing = Uses({"": Use(frozenset(), users)}, {}, {})
    (row,) = use_rows(missing, [replace(PROM, default=False)], {})
    assert (row.state, row.check) == (State.FAILED, "the default datasource")


def test_a_type_that_people_choose_from_needs_a_datasource() -> None:
    found = Uses({}, {"loki": frozenset({"a", "b"}), "prometheus": frozenset({"a"})}, {})
    (row,) = use_rows(found, [PROM], {})
    assert (row.state, row.check) == (State.FAILED, "type loki")
    assert "a, b" in row.evidence
    testdata = Uses({}, {"testdata": frozenset({"a"})}, {})
    assert [row.state for row in use_rows(testdata, [Datasource("t", "T", "grafana-testdata-datasource")], {})] == [
        State.OK
    ]


def made(spec: dict[str, Any], uid: str = "shop") -> Uses:
    return uses([board(spec, NOWHERE, uid=uid)], [])


def panel(datasource: Any, *targets: dict[str, Any]) -> dict[str, Any]:
    return {"type": "timeseries", "title": "P", "id": 1, "datasource": datasource, "targets": list(targets)}


def test_uses_are_those_of_panels_queries_variables_and_annotations() -> None:
    prom, mixed = {"type": "prometheus", "uid": "prom"}, {"type": "datasource", "uid": "-- Mixed --"}
    chosen = {"type": "loki", "uid": "${logs}"}
    spec = {
        "panels": [
            panel(mixed, {"datasource": prom, "expr": "up"}, {"datasource": chosen, "expr": '{app="a"} |= "x"'}),
            panel(None, {"expr": "up"}),
            panel(None, {"expr": "up", "datasource": prom}),
        ],
        "templating": {
            "list": [
                {"name": "logs", "type": "datasource", "query": "loki"},
                {
                    "name": "job",
                    "type": "query",
                    "query": "label_values(job)",
                    "datasource": {"type": "prometheus", "uid": "v"},
                },
            ]
        },
        "annotations": {"list": [{"name": "n", "datasource": {"type": "loki", "uid": "notes"}}]},
    }
    found = made(spec)
    assert {uid: set(use.types) for uid, use in found.uids.items()} == {
        "prom": {"prometheus"}, "": set(), "v": {"prometheus"}, "notes": {"loki"},
    }  # fmt: skip
    assert found.variables == {"loki": frozenset({"shop"})}
    assert found.logs == {"": frozenset({'{app="a"}'})}
    assert found.types == {"prometheus", "loki"}


def test_uses_of_a_dashboard_of_the_v2_schema() -> None:
    query = {
        "kind": "DataQuery",
        "group": "prometheus",
        "datasource": {"name": "prom"},
        "spec": {"expr": "up"},
        "version": "v0",
    }
    group = {
        "kind": "QueryGroup",
        "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "query": query}}]},
    }
    element = {"kind": "Panel", "spec": {"id": 1, "title": "P", "data": group, "vizConfig": {"group": "timeseries"}}}
    found = made({"title": "T", "elements": {"panel-1": element}, "layout": {}})
    assert found.uids == {"prom": Use(frozenset({"prometheus"}), frozenset({"shop"}))}


@pytest.mark.parametrize(
    ("query", "selector"),
    [
        ('{app="shop"} |= "a{b"', '{app="shop"}'),
        ('sum(rate({app="shop", job=~"$job", x!="$y"}[$__auto]))', '{app="shop", job=~".+"}'),
        ('{job="${job:regex}"}', '{job=~".+"}'),
        ("{$all}", ""),
        ("vector(1)", ""),
    ],
)
def test_a_selector_is_asked_with_any_value_of_its_variables(query: str, selector: str) -> None:
    assert open_selector(query) == selector


def test_each_loki_is_asked_for_its_own_selectors_and_no_more_than_a_few() -> None:
    found = Uses({}, {}, {"one": frozenset({"{a}"}), "": frozenset(f"{{b{n}}}" for n in range(9))})
    server = [Datasource("one", "One", "loki"), PROM, Datasource("two", "Two", "loki")]
    asked = [(entry.uid, selector) for entry, selector in streams(found, server)]
    assert asked[:2] == [("one", "{a}"), ("one", "{b0}")]
    assert [uid for uid, _ in asked] == ["one"] * MOST + ["two"] * MOST


def live(uid: str, title: str = "", manager: str = "", tags: tuple[str, ...] = ()) -> LiveDashboard:
    return LiveDashboard(uid, title or uid, "f", {}, 1, tags=tags, manager=manager)


def test_dashboards_that_come_from_two_places_are_told() -> None:
    ours, wanted = live("a", "Shop", tags=("dashkit:test",)), frozenset({"a"})
    assert [row.state for row in dashboard_rows([ours], wanted, "")] == [State.OK] * 3
    both = [ours, live("b", manager="file provisioning")]
    managed = dashboard_rows(both, frozenset({"a", "b"}), "")[0]
    evidence = "b of the project come from file provisioning, the others do not"
    assert (managed.state, managed.evidence) == (State.WARNING, evidence)
    by_files = dashboard_rows([both[1]], frozenset({"a", "b"}), "")[0]
    evidence = "1 of 2 dashboards of the project are here, all from file provisioning"
    assert (by_files.state, by_files.evidence) == (State.OK, evidence)
    copied = dashboard_rows([ours, live("b", "Shop", manager="terraform x")], wanted, "")[1]
    assert (copied.state, "'Shop' (b, terraform x)" in copied.evidence) == (State.WARNING, True)


def test_dashboards_that_nobody_owns_are_no_fault_but_named() -> None:
    found = [live("mine", tags=("dashkit:x",)), live("theirs", manager="repo"), *(live(f"n{i}") for i in range(5))]
    row = dashboard_rows(found, frozenset(), "only what is shared")[2]
    assert row.state is State.OK
    assert row.evidence == "5 of 7 dashboards without one: n0, n1, n2 and 2 more; only what is shared"
    assert row.mend.endswith("dashkit adopt n0")


def test_an_error_is_a_failure_unless_it_is_a_missing_right() -> None:
    failed = of_error(ServerError("broken", status=500, where="http://x", hint="try"), "P", "c")
    assert failed == Row(State.FAILED, "P", "c", "http://x: broken", "try")
    skipped = of_error(ServerError("no", status=403), "P", "c", "a:read")
    assert (skipped.state, "(a:read)" in skipped.evidence) == (State.SKIPPED, True)
    assert of_error(ServerError("no such thing", status=501), "P", "c").state is State.SKIPPED


def test_names_are_few_sorted_and_counted() -> None:
    assert (some("ba"), some(["d", "c", "b", "a", "a"])) == ("a, b", "a, b, c and 1 more")


def test_metrics_have_each_state_of_each_part_and_quote_names() -> None:
    text = metrics_text('a"b', [Row(State.WARNING, "Grafana", "x", "y")], 10.0, 2.5)
    assert '{context="a\\"b",part="Grafana",state="warning"} 1\n' in text
    assert '{context="a\\"b",part="Grafana",state="failed"} 0\n' in text
    assert 'dashkit_doctor_last_run_timestamp_seconds{context="a\\"b"} 10\n' in text
    assert text.endswith('dashkit_doctor_duration_seconds{context="a\\"b"} 2.5\n')
