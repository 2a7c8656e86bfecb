"""Push and diff on several Grafanas through the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import Program, Project
from tests.support.alerting import ruler, write_shop
from tests.support.fleet import ADMIN, ENV, NOBODY, add_prometheus, answers, emptied, running, titles, write_contexts


@pytest.fixture(scope="module")
def started() -> Iterator[list[RunningSandbox]]:
    with running("12.3", "12.4", "10.1") as servers:
        yield servers


@pytest.fixture
def three(started: list[RunningSandbox]) -> list[RunningSandbox]:
    """An empty server of each version."""
    return emptied(started)


@pytest.fixture
def fleet(three: list[RunningSandbox], project: Project) -> Project:
    """A project with two dashboards and the contexts eu-1, eu-2 and us-1."""
    write_contexts(project, dict(zip(("eu-1", "eu-2", "us-1"), (one.url for one in three), strict=True)))
    project.dashboard("a")
    project.dashboard("b")
    return project


def saves(server: RunningSandbox) -> int:
    return sum(method != "GET" for method, _ in server.sandbox.requests)


def edit(server: RunningSandbox, uid: str, title: str) -> None:
    stored = requests.get(f"{server.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).json()
    body = {"dashboard": {**stored["dashboard"], "title": title}, "folderUid": stored["meta"]["folderUid"]}
    requests.post(f"{server.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()


def test_a_group_is_pushed_to_and_then_nothing_is_left_to_do(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    before = dashkit("diff", "--group", "prod", "--exit-code", cwd=fleet.folder, env=ENV)
    assert before.code == 1
    assert "== eu-1, same on eu-2, us-1 ==" in before.out
    assert before.out.count("+ create a") == 1
    assert sum(map(saves, three)) == 0
    pushed = dashkit("push", "--group", "prod", "-m", "first", cwd=fleet.folder, env=ENV)
    assert pushed.code == 0, pushed.err
    assert [line.split()[:7] for line in pushed.out.splitlines()[-3:]] == [
        ["eu-1", "12.3.3", "2", "0", "0", "0", "0"],
        ["eu-2", "12.4.3", "2", "0", "0", "0", "0"],
        ["us-1", "10.1.2", "2", "0", "0", "0", "0"],
    ]
    assert [titles(server, "a") for server in three] == ["a", "a", "a"]
    again = dashkit("push", "--group", "prod", "--format", "json", cwd=fleet.folder, env=ENV)
    assert again.code == 0
    assert [entry["summary"]["keep"] for entry in json.loads(again.out)] == [2, 2, 2]
    assert dashkit("diff", "-c", "*", "--exit-code", cwd=fleet.folder, env=ENV).code == 0


def test_a_pattern_and_repeated_names_select_contexts(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    assert dashkit("push", "-c", "eu-*", cwd=fleet.folder, env=ENV).code == 0
    assert [titles(server, "a") for server in three] == ["a", "a", None]
    named = dashkit("diff", "-c", "us-1", "-c", "eu-2", "--format", "json", cwd=fleet.folder, env=ENV)
    found = [(entry["target"]["context"], entry["summary"]["create"]) for entry in json.loads(named.out)]
    assert found == [("eu-2", 0), ("us-1", 2)]  # in the order of dashkit.yaml


def test_one_context_keeps_its_own_output(fleet: Project, three: list[RunningSandbox], dashkit: Program) -> None:
    one = dashkit("push", "-c", "eu-1", "--format", "json", cwd=fleet.folder, env=ENV)
    assert json.loads(one.out)["target"] == {"context": "eu-1", "url": three[0].url, "version": "12.3.3"}
    assert "context  version" not in dashkit("diff", "-c", "eu-1", cwd=fleet.folder, env=ENV).out


def test_a_server_that_is_down_fails_its_row_only(
    three: list[RunningSandbox], fleet: Project, dashkit: Program
) -> None:
    nothing = f"{three[1].url}/nothing"
    write_contexts(fleet, {"eu-1": three[0].url, "down": nothing, "us-1": three[2].url})
    planned = dashkit("diff", "--group", "prod", "--exit-code", cwd=fleet.folder, env=ENV)
    assert planned.code == 4
    pushed = dashkit("push", "--group", "prod", "--format", "json", cwd=fleet.folder, env=ENV)
    assert pushed.code == 5
    assert f"error: down: {nothing}/api/health: " in pushed.err
    first, down, last = json.loads(pushed.out)
    assert (first["summary"]["failed"], last["summary"]["failed"]) == (0, 0)
    assert down["target"] == {"context": "down", "url": nothing}
    assert nothing in down["error"]["message"]
    assert titles(three[2], "b") == "b"
    # Nothing was written this time, so it is not partly done.
    assert dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV).code == 4


def test_a_context_without_its_secret_fails_alone(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    text = (fleet.folder / "dashkit.yaml").read_text().replace("FLEET", "MISSING", 1)
    fleet.write("dashkit.yaml", text)
    result = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    # The others were written, so it is partly done, whatever the reason of the one.
    assert result.code == 5
    assert "error: eu-1: " in result.err
    assert [titles(server, "a") for server in three] == [None, "a", "a"]


def test_one_that_refuses_an_edit_does_not_stop_the_others(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    edit(three[1], "a", "By hand")
    fleet.dashboard("a", title="New")
    result = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    assert result.code == 5
    assert "== eu-1, same on us-1 ==" in result.out
    assert "dashkit absorb a -c eu-2" in result.out
    assert [titles(server, "a") for server in three] == ["New", "By hand", "New"]
    assert dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV).code == 6


def test_a_save_that_fails_is_told_below_its_context(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    three[0].sandbox.faults.add(Fault("/api/dashboards/db", status=403, body={"message": "Quota reached"}))
    result = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    assert result.code == 5
    told = result.out[result.out.index("1 of 2 failed") :]
    assert "Quota reached" in told
    assert "dashkit push --context eu-1 --only dashboards/ops/" in told


def test_protected_contexts_that_nobody_named_are_asked_about(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    urls = dict(zip(("eu-1", "eu-2", "us-1"), (one.url for one in three), strict=True))
    write_contexts(fleet, urls, {"us-1": "protected: true"})
    asked = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    assert asked.code == 6
    assert "us-1 is protected, and there is no terminal to confirm it on" in asked.err
    assert sum(map(saves, three)) == 0
    assert dashkit("push", "-c", "us-1", "-c", "eu-1", cwd=fleet.folder, env=ENV).code == 0
    assert dashkit("push", "--group", "prod", "--yes", cwd=fleet.folder, env=ENV).code == 0
    # Where nothing would be written, there is nothing to ask.
    assert dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV).code == 0


def test_a_prune_asks_once_and_stops_where_it_would_delete_too_many(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "-c", "eu-*", cwd=fleet.folder, env=ENV)
    (fleet.folder / "dashboards/ops/b.py").unlink()
    asked = dashkit("push", "-c", "eu-*", "--prune", cwd=fleet.folder, env=ENV)
    assert (asked.code, asked.err.count("no terminal")) == (6, 1)
    assert "on eu-1, eu-2" in asked.err
    limited = dashkit("push", "-c", "eu-*", "--prune", "--yes", "--max-delete", "0", cwd=fleet.folder, env=ENV)
    assert limited.code == 6
    assert titles(three[0], "b") == "b"
    assert dashkit("push", "-c", "eu-*", "--prune", "--yes", cwd=fleet.folder, env=ENV).code == 0
    assert [titles(server, "b") for server in three[:2]] == [None, None]


def test_a_broken_query_is_pushed_to_nobody(fleet: Project, three: list[RunningSandbox], dashkit: Program) -> None:
    fleet.dashboard("a", expr="sum(up")
    result = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    assert result.code == 1
    assert result.out.count("DK301") == 1
    data = dashkit("push", "--group", "prod", "--format", "json", cwd=fleet.folder, env=ENV)
    assert [entry["problems"][0]["rule"] for entry in json.loads(data.out)] == ["DK301"] * 3
    assert sum(map(saves, three)) == 0


def test_alerts_go_where_a_grafana_evaluates_them(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    write_shop(fleet)
    urls = {"eu-1": three[0].url, "eu-2": three[1].url}
    write_contexts(fleet, urls, {"eu-2": "evaluator: grafana, recording: prometheus"})
    result = dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    assert result.code == 0, result.err
    assert [list(ruler(server)) for server in three[:2]] == [[], ["Alerts"]]
    again = dashkit("diff", "--group", "prod", "--exit-code", cwd=fleet.folder, env=ENV)
    assert (again.code, again.out.count("Alert rules: 1 unchanged.")) == (0, 1)


def test_organisations_of_one_server_are_contexts_like_any_other(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    requests.post(f"{sandbox.url}/api/orgs", json={"name": "second"}, auth=ADMIN, timeout=5).raise_for_status()
    write_contexts(project, {"one": sandbox.url, "two": sandbox.url}, {"one": "org_id: 1", "two": "org_id: 2"})
    project.dashboard("a")
    assert dashkit("push", "--group", "prod", cwd=project.folder, env=ENV).code == 0
    assert [titles(sandbox, "a", org) for org in (1, 2)] == ["a", "a"]
    assert dashkit("diff", "--group", "prod", "--exit-code", cwd=project.folder, env=ENV).code == 0
    back = dashkit("rollback", "-c", "two", cwd=project.folder, env=ENV)
    assert back.code == 6  # each has a journal of its own: the push is known, and only --yes is missing
    assert dashkit("rollback", "-c", "two", "--yes", cwd=project.folder, env=ENV).code == 0
    assert [titles(sandbox, "a", org) for org in (1, 2)] == ["a", None]


def test_a_plan_as_a_comment_shows_equal_plans_once(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "-c", "us-1", cwd=fleet.folder, env=ENV)
    text = dashkit("diff", "--group", "prod", "--format", "markdown", cwd=fleet.folder, env=ENV).out
    assert "| eu-2 | 12.4.3 | 2 | 0 | 0 | 0 |  |" in text
    assert text.count("| create | `a` a | Ops |") == 1
    assert "Plan for eu-1, same on eu-2: 2 to create." in text
    assert "Nothing to do on us-1: 2 unchanged." in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--group", "prod", "-c", "eu-1"), "exclude each other"),
        (("--group", "test"), "known groups: prod"),
        (("-c", "asia-*"), "no context matches 'asia-*'"),
        (("-c", ""), "is empty"),
        (("-c", "eu-1", "--shard", "0/2"), "--shard is for several contexts"),
        (("-c", "eu-1", "--canary", "eu-1"), "--canary is for several contexts"),
        (("--group", "prod", "--shard", "/2"), "the number is missing"),
        (("--group", "prod", "--shard", "2/2"), "the number counts from 0"),
        (("--group", "prod", "--shard", ""), "--shard is empty"),
        (("--group", "prod", "--shard", "0/2", "--canary", "eu-1"), "exclude each other"),
        (("--group", "prod", "--canary", "test"), "not among the contexts"),
        (("--group", "prod", "--wait", "5m"), "go with --canary"),
        (("--group", "prod", "--canary", "eu-1", "--wait", "soon"), "not a duration"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_do_not_go_together_are_refused(
    project: Project, dashkit: Program, arguments: tuple[str, ...], told: str
) -> None:
    write_contexts(project, {"eu-1": NOBODY, "eu-2": NOBODY})
    result = dashkit("push", *arguments, cwd=project.folder, env=ENV)
    assert result.code == 2
    assert told in result.err


def test_shards_push_each_context_once(fleet: Project, three: list[RunningSandbox], dashkit: Program) -> None:
    for number in range(4):
        result = dashkit("push", "--group", "prod", "--shard", f"{number}/4", cwd=fleet.folder, env=ENV)
        assert result.code == 0
        assert ("shard 3/4 has no contexts; nothing to do" in result.err) is (number == 3)
    assert [saves(server) for server in three] == [3, 3, 3]  # a folder and two dashboards


def canary(dashkit: Program, fleet: Project, *more: str) -> Any:
    return dashkit("push", "--group", "prod", "--canary", "eu-1", *more, cwd=fleet.folder, env=ENV)


def test_a_canary_whose_queries_fail_newly_stops_the_push(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    add_prometheus(three[0])
    answers(three[0], "", "boom")
    fleet.dashboard("a", expr="sum(up)", title="New")
    result = canary(dashkit, fleet)
    assert result.code == 1
    assert "DK701" in result.out
    assert "boom" in result.out
    assert "canary eu-1: 1 problem that it did not have before; nothing was pushed to the others" in result.err
    assert "dashkit rollback --context eu-1 " in result.err
    assert "not tried: the canary eu-1 failed" in result.out
    assert [titles(server, "a") for server in three] == ["New", "a", "a"]
    # Nor does a second run take what is there now for good: it is compared with what the others still have.
    three[0].sandbox.faults.clear()
    answers(three[0], "", "boom")
    again = canary(dashkit, fleet, "--format", "json")
    assert again.code == 1
    (told,) = [entry["canary"] for entry in json.loads(again.out) if "canary" in entry]
    assert (told["ok"], told["rolled_back"], told["problems"][0]["rule"]) == (False, False, "DK701")


def test_a_canary_can_be_rolled_back_at_once(fleet: Project, three: list[RunningSandbox], dashkit: Program) -> None:
    dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    add_prometheus(three[0])
    answers(three[0], "", "boom")
    fleet.dashboard("a", expr="sum(up)", title="New")
    result = canary(dashkit, fleet, "--rollback-on-failure")
    assert result.code == 1
    assert "canary eu-1: rolled back, 1 object" in result.err
    assert [titles(server, "a") for server in three] == ["a", "a", "a"]


def test_queries_that_failed_before_do_not_stop_the_push(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    add_prometheus(three[0])
    answers(three[0], "boom")
    fleet.dashboard("a", title="New")
    result = canary(dashkit, fleet)
    assert result.code == 0, result.out + result.err
    assert "canary eu-1: no query fails that did not before" in result.err
    assert [titles(server, "a") for server in three] == ["New", "New", "New"]


def test_a_canary_that_would_refuse_stops_the_push(
    fleet: Project, three: list[RunningSandbox], dashkit: Program
) -> None:
    dashkit("push", "--group", "prod", cwd=fleet.folder, env=ENV)
    edit(three[0], "a", "By hand")
    fleet.dashboard("a", title="New")
    result = canary(dashkit, fleet)
    assert result.code == 6
    assert [titles(server, "a") for server in three] == ["By hand", "a", "a"]


def test_a_canary_that_cannot_be_reached_stops_the_push(
    three: list[RunningSandbox], fleet: Project, dashkit: Program
) -> None:
    write_contexts(fleet, {"eu-1": f"{three[0].url}/nothing", "eu-2": three[1].url})
    result = canary(dashkit, fleet)
    assert result.code == 4
    assert titles(three[1], "a") is None


def test_two_servers_are_compared_without_what_their_contexts_add(
    three: list[RunningSandbox], fleet: Project, dashkit: Program
) -> None:
    write_contexts(
        fleet, {"staging": three[0].url, "prod": three[1].url},
        {"staging": "uid_prefix: stg-, folder_prefix: Staging, tags: [staging], datasources: {prometheus: prom-stg}"},
    )  # fmt: skip
    dashkit("push", "-c", "staging", "-c", "prod", cwd=fleet.folder, env=ENV)
    compare = ("diff", "-c", "staging", "--against", "prod", "--exit-code")
    same = dashkit(*compare, cwd=fleet.folder, env=ENV)
    assert (same.code, same.out) == (0, "staging against prod: 2 the same.\n")
    fleet.dashboard("a", expr="sum(up)")
    fleet.dashboard("c")
    dashkit("push", "-c", "staging", cwd=fleet.folder, env=ENV)
    fleet.dashboard("d", folder="dev")
    dashkit("push", "--only", "d", "-c", "prod", cwd=fleet.folder, env=ENV)
    differs = dashkit(*compare, cwd=fleet.folder, env=ENV)
    assert differs.code == 1
    assert differs.out.splitlines() == [
        "~ differs a 'a' in Ops",
        "    ~ panel 'Panel' query A changed",
        "        - up",
        "        + sum(up)",
        "+ only on staging c 'c' in Ops",
        "- only on prod d 'd' in Dev",
        "staging against prod: 1 only on staging, 1 only on prod, 1 differs, 1 the same.",
    ]
    data = json.loads(dashkit(*compare, "--format", "json", cwd=fleet.folder, env=ENV).out)
    assert [(entry["uid"], entry["where"]) for entry in data["differences"]] == [
        ("a", "both"),
        ("c", "context"),
        ("d", "against"),
    ]
    comment = dashkit(*compare, "--format", "markdown", cwd=fleet.folder, env=ENV).out
    assert "| only on prod | `d` d | Dev |" in comment
    assert "+     sum(up)" in comment


def test_against_takes_one_context_and_no_option_of_a_push(project: Project, dashkit: Program) -> None:
    write_contexts(project, {"eu-1": NOBODY, "eu-2": NOBODY})
    for more in (("--group", "prod"), ("-c", "eu-1", "--prune"), ("-c", "eu-1", "--full"), ("-c", "eu-2")):
        assert dashkit("diff", "--against", "eu-2", *more, cwd=project.folder, env=ENV).code == 2
