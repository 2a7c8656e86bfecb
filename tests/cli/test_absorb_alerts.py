"""dashkit absorb: alert rules that people edited in Grafana become changes of the alert modules."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from dashkit.errors import ExitCode
from dashkit.grafana.client import Grafana
from dashkit.model.item import group_item
from dashkit.model.live import GrafanaAlertGroup
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project
from tests.support.alerting import evaluated
from tests.support.archived import connection

MODULE = '''\
"""The shop."""

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    Limit,
    alert,
    fires,
    limit_alerts,
    plain_alert,
    quiet,
    record,
    rule_group,
)
from dashkit.model.alerts import Runbook

from ._waits import WAIT

BOOK = Runbook(("Look.",), ("Mend.",))
PODS = 'pod!=""'


def down(job, wait="2m"):
    return alert(
        f"{job.title()}Down",
        f'up{{job="{job}"}}',
        below=1,
        severity=CRITICAL,
        summary=f"{job} is down",
        description="[instance] of it does not answer.",
        symptom="health",
        runbook=BOOK,
        wait=wait,
        tests=[fires({f'up{{job="{job}"}}': "0x60"}), quiet({f'up{{job="{job}"}}': "1x60"})],
    )


groups = [
    rule_group("jobs", "shop", [down(job) for job in ("api", "web")], down("db", wait="4m")),
    rule_group(
        "orders",
        "shop",
        record("shop:orders:rate5m", "sum(rate(orders_total[5m]))"),
        alert(
            "OrdersFail",
            f"sum by (pod) (rate(failed_total{{{PODS}}}[$__rate_interval]))",
            above=1,  # as agreed
            severity=HIGH,
            summary="[pod] fails",
            description="{value} orders fail, more than {limit}.",
            symptom="errors",
            runbook=BOOK,
            tests=[fires({'failed_total{pod="a"}': "0+600x60"}), quiet({'failed_total{pod="a"}': "0x60"})],
        ),
        limit_alerts(
            "OrdersLate",
            "late",
            Limit(target=1, warning=5, critical=10),
            summary="Late",
            description="{value} are late.",
            symptom="late",
            runbook=BOOK,
            sample=lambda value: {"late": f"{value}x60"},
        ),
    ),
    rule_group(
        "plain",
        "shop",
        plain_alert("Silent", "up == 0", wait=WAIT, severity="page", summary="Silent", labels={"team": "a"}),
        # The queue of the night.
        plain_alert("Queue", "queue", above=3, description="Now {{ $value }}"),
        interval="30s",
    ),
]
'''
Rule = dict[str, Any]


class Shop:
    """A server where a person edits the rules that a project pushed."""

    def __init__(self, running: RunningSandbox, project: Project, program: Program) -> None:
        self.connection = connection(running)
        self.grafana = Grafana(self.connection)
        self.project, self.program = project, program
        evaluated(project, running)
        project.write("dashboards/alerts/shop.py", MODULE)
        project.write("dashboards/alerts/_waits.py", 'WAIT = "3m"\n')
        project.dashboard("overview")

    def run(self, *words: str, code: int = 0) -> str:
        result = self.program(*words, cwd=self.project.folder)
        assert result.code == code, result.out + result.err
        return result.out + result.err

    def pushed(self) -> None:
        self.run("push", "-q", "--no-check")

    def group(self, name: str) -> GrafanaAlertGroup:
        (found,) = (one for one in self.grafana.alert_groups() if one.name == name)
        return found

    def put(self, name: str, change: Callable[[list[Rule]], list[Rule] | None], **more: Any) -> None:
        group = self.group(name)
        rules = [deepcopy(dict(rule)) for rule in group.rules]
        rules = change(rules) or rules
        self.grafana.put(group_item(replace(group, rules=tuple(rules), **more)), None)

    def edit(self, name: str, start: str, **changed: Any) -> None:
        """Change a rule, by the beginning of its title."""

        def change(rules: list[Rule]) -> None:
            for rule in rules:
                if rule["title"].startswith(start):
                    change_rule(rule, **changed)

        self.put(name, change)

    def absorbed(self, *words: str) -> str:
        """Take all edits. A push then writes nothing that Grafana would notice."""
        said = self.run("absorb", "--yes", *words)
        plan = self.run("push", "--no-check")
        assert "the source now matches an edit in the UI" in plan, plan
        assert not [line for line in plan.splitlines() if line.startswith("        ")], plan
        assert "Nothing to do" in self.run("push", "--no-check")
        return said

    def left(self, *words: str, code: ExitCode = ExitCode.REFUSED) -> str:
        """Absorb, which writes nothing."""
        before = self.source
        said = self.run("absorb", "--yes", *words, code=code)
        assert self.source == before
        return said

    @property
    def source(self) -> str:
        return (self.project.folder / "dashboards/alerts/shop.py").read_text()

    def change(self, old: str, new: str) -> None:
        """Change the source."""
        assert old in self.source
        self.project.write("dashboards/alerts/shop.py", self.source.replace(old, new))


def change_rule(rule: Rule, **changed: Any) -> None:
    """Change a rule as people do: ``wait``, ``expr``, ``above``, ``labels``, a text, or any key of it."""
    for name, value in changed.items():
        if name == "wait":
            rule["for"] = value
        elif name == "expr":
            rule["data"][0]["model"]["expr"] = value
        elif name in ("above", "below"):
            evaluator = {"params": [value], "type": "gt" if name == "above" else "lt"}
            rule["data"][2]["model"] |= {"conditions": [{"evaluator": evaluator}]}
        elif name == "labels":
            rule["labels"] |= value
        elif name in ("summary", "description"):
            rule["annotations"][name] = value
        else:
            rule[name] = value


@pytest.fixture
def each_shop(each_sandbox: RunningSandbox, project: Project, dashkit: Program) -> Shop:
    return Shop(each_sandbox, project, dashkit)


@pytest.fixture
def shop(sandbox: RunningSandbox, project: Project, dashkit: Program) -> Shop:
    return Shop(sandbox, project, dashkit)


def lines(text: str, mark: str) -> list[str]:
    """The lines of a patch with a mark, without it and without their indentation."""
    return [line[1:].strip() for line in text.splitlines() if line.startswith(mark) and not line.startswith(mark * 3)]


def test_a_refused_push_names_the_command_which_takes_the_edit(each_shop: Shop) -> None:
    each_shop.pushed()
    each_shop.edit("plain", "Queue", above=4.5, wait="10m", description="It is {{ $values.B.Value }} now")
    for command in (["push", "--no-check"], ["rules", "push"]):
        assert "`dashkit absorb plain` takes it into the source" in each_shop.run(*command, code=ExitCode.REFUSED)
    said = each_shop.absorbed()
    assert lines(said, "-") == ['plain_alert("Queue", "queue", above=3, description="Now {{ $value }}"),']
    assert lines(said, "+") == [
        'plain_alert("Queue", "queue", above=4.5, description="It is {{ $value }} now", wait="10m"),'
    ]
    assert "        # The queue of the night.\n" in each_shop.source


def test_templates_stay_templates(shop: Shop) -> None:
    shop.pushed()
    shop.edit(
        "orders", "OrdersFail", expr='sum by (pod) (increase(failed_total{pod!=""}[5m]))', summary="{{ $labels.pod }} fails often",
        description="{{ $values.B.Value | humanize }} orders of {{ $labels.pod }} fail, more than 1.",
    )  # fmt: skip
    said = shop.absorbed()
    assert lines(said, "+") == [
        'f"sum by (pod) (increase(failed_total{{{PODS}}}[$__rate_interval]))",',
        'summary="[pod] fails often",',
        'description="{value} orders of [pod] fail, more than {limit}.",',
    ]
    assert "OrdersFail has another expression, and tests of its own: run `dashkit rules test`" in said


def test_a_text_that_names_the_old_limit_goes_on_naming_it(shop: Shop) -> None:
    shop.pushed()
    shop.edit("orders", "OrdersFail", above=2)
    said = shop.absorbed()
    assert lines(said, "+") == ["above=2,  # as agreed", 'description="{value} orders fail, more than 1.",']
    assert "{limit} would follow" in said


def test_labels_and_a_symptom_are_set(shop: Shop) -> None:
    shop.pushed()
    shop.edit("orders", "OrdersFail", labels={"team": "b", "symptom": "orders"})
    assert lines(shop.absorbed(), "+") == ['symptom="orders",', 'labels={"team": "b"},']


def test_an_edit_goes_to_the_call_that_makes_only_this_rule(shop: Shop) -> None:
    shop.pushed()
    shop.edit("jobs", "DbDown", wait="9m")
    assert 'down("db", wait="9m"))' in lines(shop.absorbed(), "+")[0]


def test_rules_of_one_piece_of_code_are_taken_if_all_were_edited_alike(shop: Shop) -> None:
    shop.pushed()
    shop.edit("jobs", "ApiDown", wait="9m")
    said = shop.left()
    assert "rule 'ApiDown (critical)': wait: this code makes 3 rules, and only one of them was changed" in said
    assert 'wanted: wait="9m"' in said
    shop.edit("jobs", "WebDown", wait="9m")
    assert '[down(job, wait="9m") for job in ("api", "web")]' in lines(shop.absorbed(), "+")[0]


def test_one_value_of_a_limit_is_changed(shop: Shop) -> None:
    shop.pushed()
    shop.edit("orders", "OrdersLate (high)", above=20)
    assert lines(shop.absorbed(), "+") == ["Limit(target=1, warning=5, critical=20),"]


def test_a_constant_of_another_file_stays_what_it_is_if_others_use_it(shop: Shop) -> None:
    shop.change("above=3,", "above=3, wait=WAIT,")
    shop.pushed()
    shop.edit("plain", "Silent", wait="9m")
    assert 'wait="9m", severity="page"' in lines(shop.absorbed(), "+")[0]
    assert (shop.project.folder / "dashboards/alerts/_waits.py").read_text() == 'WAIT = "3m"\n'


def test_a_plain_alert_keeps_its_uid_under_another_name(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Silent", title="Dead (page)", isPaused=True, labels={"team": "b"}, noDataState="Alerting")
    shop.absorbed()
    assert (
        'plain_alert("Dead", "up == 0", wait=WAIT, severity="page", summary="Silent", labels={"team": "b"}, '
        'grafana={"isPaused": True, "noDataState": "Alerting", "uid": "shop-Silent-page"}'
    ) in " ".join(shop.source.split()).replace("( ", "(").replace(", )", ")")


def test_another_severity_and_side_of_a_limit(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Queue", below=1, labels={"severity": "low"})
    shop.absorbed()
    text = " ".join(shop.source.split())
    assert "below=1" in text
    assert 'severity="low"' in text
    assert "above=3" not in text


HOSTILE = "a \"b\" 'c' {d} {{e}} \\n \\ %s {value} [pod]\nnext\té \"\"\" ''' #"


def test_texts_of_any_kind_become_literals(shop: Shop) -> None:
    shop.pushed()
    expr = 'up{a="\\"x\\"", b=~"a\\\\.b{2}"} # not > 3\n> 1'
    shop.edit("plain", "Queue", description=HOSTILE, labels={"odd-key": HOSTILE}, expr=expr)
    shop.absorbed()
    shop.edit("plain", "Queue", description="Grafana's $value, and {{ $values.B.Value }}")
    shop.absorbed()
    assert '"annotations": {"description": "Grafana\'s $value, and {{ $values.B.Value }}"}' in shop.source


def test_what_is_gone_in_grafana_leaves_the_call(shop: Shop) -> None:
    def emptied(rules: list[Rule]) -> None:
        for name in ("team", "severity"):
            del rules[0]["labels"][name]
        del rules[0]["annotations"]["summary"]
        rules[0]["for"] = "0s"

    shop.pushed()
    shop.put("plain", emptied)
    shop.absorbed()
    text = " ".join(shop.source.split()).replace("( ", "(")
    assert 'plain_alert("Silent", "up == 0", grafana={"uid": "shop-Silent-page", "title": "Silent (page)"}),' in text


def test_a_recording_rule_and_the_interval_of_a_group(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    shop = Shop(sandbox, project, dashkit)
    config = (project.folder / "dashkit.yaml").read_text()
    project.write("dashkit.yaml", config.replace(", recording: prometheus", ""))
    shop.pushed()
    shop.edit("orders - recorded 1", "shop:", expr="avg(rate(orders_total[5m]))")
    shop.put("plain", lambda rules: None, interval=120)
    said = shop.absorbed()
    assert lines(said, "+") == ['record("shop:orders:rate5m", "avg(rate(orders_total[5m]))"),', 'interval="2m",']


def test_a_new_rule_is_written_into_its_group(each_shop: Shop) -> None:
    def add(rules: list[Rule]) -> list[Rule]:
        made = {**deepcopy(rules[1]), "uid": "by-hand", "title": "Made", "labels": {"team": "c"}, "annotations": {}}
        return [*rules, made]

    each_shop.pushed()
    each_shop.put("plain", add)
    refused = each_shop.run("push", "--no-check", code=ExitCode.REFUSED)
    assert "--adopt takes the group over; `dashkit absorb plain` takes them into the source" in refused
    said = each_shop.run("absorb", "--yes")
    assert lines(said, "+") == [
        'plain_alert("Made", "queue", above=3, labels={"team": "c"}, grafana={"uid": "by-hand"}),'
    ]
    assert "Made is new: the first push with it needs --adopt" in said
    each_shop.run("push", "--no-check", "--adopt")
    assert "Nothing to do" in each_shop.run("push", "--no-check")


def test_a_copy_of_a_rule_is_written_too(shop: Shop) -> None:
    shop.pushed()
    shop.put("plain", lambda rules: [*rules, {**deepcopy(rules[1]), "uid": "copied", "title": "Queue (copy)"}])
    shop.absorbed()
    assert 'plain_alert("Queue (copy)", "queue"' in " ".join(shop.source.split()).replace("( ", "(")


def test_what_no_argument_says_is_told_with_its_place_and_hides_no_other_group(shop: Shop) -> None:
    shop.pushed()
    shop.edit("orders", "OrdersFail", isPaused=True, title="OrdersBad (high)")
    shop.edit("jobs", "DbDown", wait="9m")
    said = shop.run("absorb", "--yes", code=ExitCode.PARTIAL)
    assert "! orders  alert rules  (dashboards/alerts/shop.py): not taken" in said
    assert "rule 'OrdersFail (high)': isPaused: alert() has no argument for it" in said
    assert "rule 'OrdersFail (high)': title: its uid is made of its system, name and severity" in said
    line = MODULE[: MODULE.index('alert(\n            "OrdersFail"')].count("\n") + 1
    assert f"dashboards/alerts/shop.py:{line}: alert(" in said
    assert 'down("db", wait="9m")' in shop.source
    assert "OrdersBad" not in shop.source


def test_a_text_that_is_gone_is_told_as_alert_always_writes_one(shop: Shop) -> None:
    def emptied(rules: list[Rule]) -> None:
        for rule in rules:
            rule["annotations"].pop("summary" if rule["title"].startswith("Orders") else "description", None)

    shop.pushed()
    shop.put("orders", emptied)
    assert "rule 'OrdersFail (high)': summary" in shop.left()


def test_a_rule_of_another_form_and_one_that_was_moved_are_told(shop: Shop) -> None:
    shop.pushed()

    def ranged(rules: list[Rule]) -> None:
        rules[0]["data"][0]["model"] |= {"instant": False, "range": True}

    shop.put("plain", ranged)
    assert "no helper of dashkit makes it: it queries a range, not an instant" in shop.left("plain")
    moved = shop.group("jobs")
    shop.grafana.put(group_item(replace(moved, name="work")), None)
    said = shop.left("jobs")
    assert "rule 'DbDown (critical)': it was moved in Grafana, or its group was renamed" in said
    assert "wanted: in group work" in said


def test_what_only_the_editor_of_grafana_added_is_no_edit(shop: Shop) -> None:
    shop.pushed()

    def saved(rules: list[Rule]) -> None:
        rules[1]["data"][0]["model"] |= {"editorMode": "code", "legendFormat": "__auto"}

    shop.put("plain", saved)
    assert "nobody edited a dashboard or an alert rule" in shop.run("absorb")
    assert "1 to update" in shop.run("push", "--no-check")


def test_the_source_and_grafana_may_change_different_things_of_a_rule(each_shop: Shop) -> None:
    each_shop.pushed()
    each_shop.edit("plain", "Silent", wait="9m")
    each_shop.change('summary="Silent"', 'summary="No answer"')
    said = each_shop.run("absorb", "--yes")
    assert 'wait="9m", severity="page", summary="No answer"' in each_shop.source
    if "--on-drift overwrite" in said:  # this version does not tell what was pushed
        assert "rule 'Silent (page)' has changed in the source, too" in said
        each_shop.run("push", "--no-check", "--on-drift", "overwrite")
    else:
        said = each_shop.run("push", "--no-check")
        assert "~ Silent (page): the source has what was edited in the UI, and more" in said
    assert "Nothing to do" in each_shop.run("push", "--no-check")


def test_after_it_a_change_of_the_source_is_pushed_without_a_refusal(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Queue", above=7)
    shop.run("absorb", "--yes")
    shop.change('description="Now {{ $value }}"', 'description="It is {{ $value }}"')
    assert "nobody edited a dashboard or an alert rule" in shop.run("absorb")
    assert "the source has what was edited in the UI, and more" in shop.run("push", "--no-check")


def test_what_both_changed_is_shown_and_left(each_shop: Shop) -> None:
    each_shop.pushed()
    each_shop.edit("plain", "Queue", above=7)
    each_shop.change("above=3", "above=5")
    said = each_shop.left()
    assert "rule 'Queue': limit: changed in the source and in Grafana" in said
    assert ('pushed:  {"above":3}' in said) == (each_shop.grafana.rule_versions("shop-Queue") != [])
    assert 'source:  {"above":5}' in said
    assert 'Grafana: {"above":7}' in said


def test_a_rule_that_the_source_gave_up_is_left_to_a_person(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Queue", above=7)
    shop.change('plain_alert("Queue"', 'plain_alert("Length"')
    assert "the source has no such rule any more, and somebody edited it in Grafana" in shop.left()


def test_names_choose_dashboards_and_groups(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Queue", above=7)
    shop.edit("jobs", "DbDown", wait="9m")
    said = json.loads(shop.run("absorb", "overview", "plain", "orders", "--dry-run", "--format", "json"))
    assert [(one["uid"], one["edited"]) for one in said["dashboards"]] == [("overview", False)]
    assert [(one["uid"], one["edited"], one["taken"]) for one in said["groups"]] == [
        ("plain", True, True), ("orders", False, False),
    ]  # fmt: skip
    assert said["files"] == ["dashboards/alerts/shop.py"]
    assert "the source has no dashboard 'nothing'" in shop.run("absorb", "nothing", code=ExitCode.USAGE)


def test_a_name_may_be_that_of_a_dashboard_and_of_a_group(shop: Shop) -> None:
    shop.project.dashboard("plain")
    shop.pushed()
    shop.edit("plain", "Queue", above=7)
    said = json.loads(shop.run("absorb", "plain", "--dry-run", "--format", "json"))
    assert [(one["uid"], one["edited"]) for one in said["dashboards"] + said["groups"]] == [
        ("plain", False),
        ("plain", True),
    ]


def test_a_broken_alert_module_keeps_no_dashboard_back(shop: Shop) -> None:
    shop.pushed()
    shop.change("groups = [", "groups = [1, ")
    assert "overview" in shop.run("absorb", "overview")
    assert "1 module or alert is broken" in shop.run("absorb", code=ExitCode.INPUT)


def test_dashboards_and_rules_become_one_patch(shop: Shop) -> None:
    shop.pushed()
    shop.edit("plain", "Queue", above=7)
    stored = shop.connection.get("/api/dashboards/uid/overview").object()
    dashboard = stored["dashboard"]
    dashboard["panels"][0]["description"] = "Edited."
    body = {"dashboard": dashboard, "folderUid": stored["meta"]["folderUid"]}
    assert shop.connection.write("POST", "/api/dashboards/db", body).ok
    said = shop.run("absorb", "--yes")
    assert [line for line in said.splitlines() if line.startswith("+++ ")] == [
        "+++ b/dashboards/alerts/shop.py", "+++ b/dashboards/ops/overview.py",
    ]  # fmt: skip
    assert "above=7" in shop.source


def test_the_context_is_taken_back_before(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    shop = Shop(sandbox, project, dashkit)
    config = (project.folder / "dashkit.yaml").read_text()
    project.write(
        "dashkit.yaml",
        config.replace(
            "evaluator:", "uid_prefix: st-, folder_prefix: Stage, datasources: {prometheus: prom-stage}, evaluator:"
        ),
    )
    shop.pushed()
    shop.edit("plain", "Silent", title="Dead (page)")
    shop.absorbed()
    assert '"uid": "shop-Silent-page"' in shop.source
    assert "st-" not in shop.source
