"""`dashkit doctor`: Grafana, its datasources, its dashboards, its logs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import trustme

from dashkit.doctor.row import Row
from dashkit.errors import ServerError
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, Project, Result, environment
from tests.support.archived import connection
from tests.support.stub import stub

MODULE = """from dashkit.authoring import loki, new_dashboard as new, prometheus, timeseries
dashboard = new("Shop", uid="shop", panels=[timeseries("Panel", {query}, datasource={{"type": "{type}", "uid": "{uid}"}})])
"""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[str]:
    """What answers as a Prometheus, or a Loki, does that is well."""
    with stub(lambda path: (200, b'{"status": "success"}')) as url:
        yield url


def add(running: RunningSandbox, uid: str, kind: str, url: str, **more: Any) -> None:
    body = {"uid": uid, "name": f"The {uid}", "type": kind, "url": url, "access": "proxy", **more}
    assert connection(running).write("POST", "/api/datasources", body).ok


def shop(project: Project, uid: str = "prom", kind: str = "prometheus", query: str = "prometheus('up')") -> None:
    project.write("dashboards/ops/shop.py", MODULE.format(query=query, type=kind, uid=uid))


def rows(result: Result, part: str = "") -> dict[str, tuple[str, str, str]]:
    """State, evidence and mend by check."""
    found = json.loads(result.out)["rows"]
    return {row["check"]: (row["state"], row["evidence"], row["mend"]) for row in found if part in ("", row["part"])}


def test_a_healthy_grafana_has_no_failed_row(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program, prometheus: str
) -> None:
    add(each_sandbox, "prom", "prometheus", prometheus, isDefault=True)
    shop(project)
    env = environment(each_sandbox)
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    sent = len(each_sandbox.sandbox.requests)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=env)
    found = json.loads(result.out)
    assert result.code == 0, result.out
    assert [row for row in found["rows"] if row["state"] in ("failed", "warning")] == []
    assert rows(result, "Datasources") == {
        "used by the project": ("ok", "1 datasource: all there", ""),
        "The prom (prometheus)": ("ok", "Successfully queried the Prometheus API.; used by shop", ""),
    }
    assert rows(result, "Dashboards")["managed once"][1] == "1 of 1 dashboards of the project are here"
    assert rows(result)["version"][1] == each_sandbox.sandbox.flavour.version
    writes = [entry for entry in list(each_sandbox.sandbox.requests)[sent:] if entry[0] != "GET"]
    assert writes == []


def test_a_server_that_is_down_is_one_failed_row_and_still_counted(project: Project, dashkit: Program) -> None:
    env = {"DASHKIT_URL": "http://127.0.0.1:9", "DASHKIT_TOKEN": "glsa-of-nobody"}
    project.write("grafana.prom", "old\n")
    result = dashkit("doctor", "--format", "json", "--metrics-file", "grafana.prom", cwd=project.folder, env=env)
    assert result.code == 1
    assert rows(result, "Grafana") == {
        "reachable": (
            "failed", "http://127.0.0.1:9/api/health: cannot connect: Connection refused",
            "is Grafana running there? dashkit context check",
        )
    }  # fmt: skip
    written = (project.folder / "grafana.prom").read_text()
    assert 'dashkit_doctor_checks{context="environment",part="Grafana",state="failed"} 1\n' in written
    assert 'dashkit_doctor_checks{context="environment",part="Grafana",state="ok"} 0\n' in written
    when = re.search(
        r'^dashkit_doctor_last_run_timestamp_seconds\{context="environment"\} (\S+)$', written, re.MULTILINE
    )
    assert when is not None
    assert abs(float(when[1]) - time.time()) < 600


def test_a_wrong_token_fails_where_it_is_asked_for(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = {"DASHKIT_URL": sandbox.url, "DASHKIT_TOKEN": "glsa-of-nobody"}
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=env)
    found = rows(result)
    assert result.code == 1
    assert (found["reachable"][0], found["database"][0], found["clock"][0]) == ("ok", "ok", "ok")
    state, evidence, mend = found["credentials"]
    assert (state, "Invalid API key" in evidence, "has expired" in mend) == ("failed", True, True)
    unset = dashkit("doctor", "--format", "json", cwd=write_context(project, sandbox, "token_env: UNSET"))
    assert (unset.code, rows(unset)["credentials"][0]) == (1, "failed")


def write_context(project: Project, running: RunningSandbox, more: str) -> Path:
    project.write("dashkit.yaml", f"project: test\ncontexts:\n  one: {{url: {running.url}, {more}}}\n")
    return project.folder


def test_a_datasource_that_is_missing_is_named_with_its_users_and_what_mends_it(
    sandbox: RunningSandbox, project: Project, dashkit: Program, prometheus: str
) -> None:
    add(sandbox, "real", "prometheus", prometheus)
    shop(project)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    assert result.code == 1
    mend = "map it in the context: `datasources: {prom: real}`"
    assert rows(result)["uid prom"] == ("failed", "not on this Grafana; used by shop", mend)
    login = "user: admin, password_command: echo admin"
    write_context(project, sandbox, f"{login}, datasources: {{prom: real}}")
    assert dashkit("doctor", cwd=project.folder).code == 0
    write_context(project, sandbox, f"{login}, datasources: {{prom: gone}}")
    result = dashkit("doctor", "--format", "json", cwd=project.folder)
    assert rows(result)["uid gone"][2] == "correct `datasources: {prom: real}`"


def test_a_datasource_of_another_type_fails(
    sandbox: RunningSandbox, project: Project, dashkit: Program, prometheus: str
) -> None:
    add(sandbox, "prom", "loki", prometheus)
    shop(project)
    found = rows(dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox)))
    evidence = "has the type loki, but shop query it as prometheus"
    assert found["uid prom"] == ("failed", evidence, "add it to Grafana with the uid prom and the type prometheus")


def test_a_broken_datasource_fails_only_if_the_project_uses_it(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    add(each_sandbox, "prom", "prometheus", "http://127.0.0.1:9")
    env = environment(each_sandbox)
    unused = dashkit("doctor", "--format", "json", cwd=project.folder, env=env)
    state, evidence, _ = rows(unused)["The prom (prometheus)"]
    assert (unused.code, state) == (0, "warning")
    assert "dial tcp 127.0.0.1:9: connect: connection refused - There was an error returned" in evidence
    assert evidence.endswith("; not used by this project")
    shop(project)
    used = dashkit("doctor", "--format", "json", cwd=project.folder, env=env)
    state, evidence, mend = rows(used)["The prom (prometheus)"]
    assert (used.code, state) == (1, "failed")
    assert evidence.endswith("; used by shop")
    assert "Save & test" in mend


def test_what_a_plugin_or_the_credentials_do_not_allow_is_skipped(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    for uid, kind in (("am", "alertmanager"), ("odd", "acme-odd-datasource"), ("test", "grafana-testdata-datasource")):
        add(sandbox, uid, kind, "")
    denied = Fault(path="/api/datasources/uid/test/health", status=403, body={"message": "Access denied to datasource"})
    sandbox.sandbox.faults.add(denied)
    add(sandbox, "slow", "grafana-testdata-datasource", "")
    sandbox.sandbox.faults.add(Fault(path="/api/datasources/uid/slow/health", drop=True))
    found = rows(dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox)), "Datasources")
    # A check that got no answer is not begun again.
    assert found["The slow (grafana-testdata-datasource)"][0] == "failed"
    assert list(sandbox.sandbox.requests).count(("GET", "/api/datasources/uid/slow/health")) == 1
    assert found["The am (alertmanager)"][:2] == ("skipped", "its plugin has no health check; not used by this project")
    assert found["The odd (acme-odd-datasource)"][0] == "warning"
    assert found["The odd (acme-odd-datasource)"][1:] == (
        "its plugin is not installed; not used by this project",
        "install the plugin acme-odd-datasource, or delete the datasource",
    )
    state, evidence, _ = found["The test (grafana-testdata-datasource)"]
    assert (state, "datasources:query" in evidence, "Access denied" in evidence) == ("skipped", True, True)


def test_credentials_that_may_not_list_datasources_check_those_that_they_may_query(
    sandbox: RunningSandbox, project: Project, dashkit: Program, prometheus: str
) -> None:
    add(sandbox, "prom", "prometheus", prometheus)
    shop(project)
    refused = Fault(
        path="/api/datasources", status=403, body={"message": "Permissions needed: datasources:read"}, times=2
    )
    sandbox.sandbox.faults.add(refused)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    found = rows(result, "Datasources")
    assert result.code == 0
    assert {check: row[0] for check, row in found.items()} == {
        "list": "skipped", "used by the project": "ok", "The prom (prometheus)": "ok",
    }  # fmt: skip
    # 12 also asks for the settings to find out what the server is.
    hidden = Fault(path="/api/frontend/settings", status=403, body={"message": "no"}, times=100)
    sandbox.sandbox.faults.add(hidden)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    assert rows(result)["credentials"][0] == "skipped"


def lines(moment: float | None) -> dict[str, Any]:
    """The answer to a query for log lines: one at a time in milliseconds, or none."""
    fields = [{"name": "labels", "type": "other"}, {"name": "Time", "type": "time"}, {"name": "Line", "type": "string"}]
    values: list[list[Any]] = [[{}], [moment], ["x"]] if moment else [[], [], []]
    return {"results": {"A": {"status": 200, "frames": [{"schema": {"fields": fields}, "data": {"values": values}}]}}}


def test_a_log_pipeline_that_has_stopped_is_a_warning(
    sandbox: RunningSandbox, project: Project, dashkit: Program, prometheus: str
) -> None:
    add(sandbox, "logs", "loki", prometheus)
    shop(project, "logs", "loki", """loki('{app="shop", job=~"$job"} |= "error"')""")
    check = 'The logs (loki) {app="shop", job=~".+"}'
    now = time.time() * 1000
    for moment, state, evidence in (
        (now - 60_000, "ok", r"the newest line is [67]\d s old|the newest line is 1(\.\d)? min old"),
        (now - 7_200_000, "warning", "the newest line is 2 h old"),
        (None, "warning", "no line in the last 1 days"),
    ):
        sandbox.sandbox.faults.add(Fault(path="/api/ds/query", status=200, body=lines(moment)))
        result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
        found = rows(result, "Logs")
        assert (result.code, list(found), found[check][0]) == (0, [check], state)
        assert re.fullmatch(evidence, found[check][1]), found
    failed = {"results": {"A": {"status": 400, "error": "parse error"}}}
    sandbox.sandbox.faults.add(Fault(path="/api/ds/query", status=400, body=failed))
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    assert (result.code, rows(result, "Logs")[check][:2]) == (1, ("failed", "parse error"))


def test_a_module_that_does_not_compile_is_a_row_and_the_others_are_checked(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.write("dashboards/ops/broken.py", "1 / 0\n")
    shop(project)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    found = rows(result)
    assert result.code == 1
    assert found["modules"][0] == "failed"
    assert "broken.py" in found["modules"][1]
    assert found["uid prom"][0] == "failed"


def test_a_certificate_is_verified_and_its_end_is_told(project: Project, dashkit: Program, tmp_path: Path) -> None:
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for days, code, check, state, text in (
        (10.5, 0, "certificate", "warning", r"expires in 1[01] days"),
        (-1, 1, "reachable", "failed", r".*certificate has expired"),
    ):
        one = authority.issue_cert("127.0.0.1", not_after=now + timedelta(days=days))
        one.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
        one.private_key_pem.write_to_path(tmp_path / "key.pem")
        pair = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
        with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"]), tls=pair) as running:
            login = "user: admin, password_command: echo admin"
            write_context(project, running, f"{login}, tls: {{ca: {tmp_path / 'ca.pem'}}}")
            result = dashkit("doctor", "--format", "json", cwd=project.folder)
            found = rows(result, "Grafana")[check]
            assert (result.code, found[0]) == (code, state)
            assert re.fullmatch(text, found[1]), found
            assert found[2].startswith("renew")
            write_context(project, running, f"{login}, tls: {{insecure: true}}")
            careless = dashkit("doctor", "--format", "json", cwd=project.folder)
            assert (careless.code, rows(careless)["certificate"][0]) == (0, "warning")


def test_the_table_has_a_heading_for_each_part_and_the_counts(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    add(sandbox, "prom", "prometheus", "http://127.0.0.1:9")
    shop(project)
    env = environment(sandbox)
    text = dashkit("doctor", cwd=project.folder, env=env)
    assert [line for line in text.out.split("\n") if line and line[0] != " "][:3] == [
        "Grafana",
        "Datasources",
        "Dashboards",
    ]
    assert re.search(r"^  failed   The prom \(prometheus\) +Post .*\n +-> try Connections", text.out, re.MULTILINE)
    assert text.out.endswith("\n10 ok, 2 skipped, 1 failed\n")
    assert "Prometheus is not checked: add --prometheus URL" in text.err
    assert "\x1b" not in text.out
    quiet = dashkit("doctor", "-q", cwd=project.folder, env=env)
    assert quiet.out.startswith("Datasources\n  failed ")
    coloured = dashkit("doctor", cwd=project.folder, env={**env, "FORCE_COLOR": "1"})
    assert "\x1b[31mfailed \x1b[0m" in coloured.out
    (suite,) = ElementTree.fromstring(dashkit("doctor", "--format", "junit", cwd=project.folder, env=env).out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("13", "1", "2")
    (failed,) = (case for case in suite if case.find("failure") is not None)
    assert (failed.get("classname"), failed.get("name")) == ("dashkit.doctor.Datasources", "The prom (prometheus)")


def test_quiet_says_nothing_of_what_is_fine(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    result = dashkit("doctor", "-q", cwd=project.folder, env=environment(sandbox))
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_part_that_does_not_answer_hides_no_other(
    sandbox: RunningSandbox, project: Project, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_arguments: object) -> list[Row]:
        raise ServerError("cannot connect: Connection refused", where="http://p", hint="start it")

    monkeypatch.setattr("dashkit.app.doctor.prometheus_rows", down)
    arguments = ("doctor", "--prometheus", "http://p", "--format", "json")
    result = dashkit(*arguments, cwd=project.folder, env=environment(sandbox))
    assert result.code == 1
    failed = ("failed", "http://p: cannot connect: Connection refused", "start it")
    assert rows(result, "Prometheus") == {"reachable": failed}
    assert rows(result, "Grafana")["reachable"][0] == "ok"
    alone = dashkit(*arguments, cwd=project.folder)
    assert (alone.code, rows(alone, "Grafana"), json.loads(alone.out)["context"]) == (1, {}, "")
    assert "Grafana is not checked: no Grafana to connect to" in json.loads(alone.out)["notes"][0]
    named = dashkit(*arguments, "-c", "nowhere", cwd=project.folder)
    assert (named.code, "no context 'nowhere'" in named.err) == (2, True)


def test_a_server_that_is_too_old_is_told(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    old = Fault(path="/api/health", status=200, body={"version": "8.5.27", "database": "ok"}, times=2)
    sandbox.sandbox.faults.add(old)
    result = dashkit("doctor", "--format", "json", cwd=project.folder, env=environment(sandbox))
    state, evidence, _ = rows(result)["version"]
    assert (result.code, state, "8.5.27 is too old" in evidence) == (1, "failed", True)


def test_without_anything_to_check_it_says_what_to_give(project: Project, dashkit: Program, tmp_path: Path) -> None:
    nothing = dashkit("doctor", cwd=project.folder)
    assert nothing.code == 2
    assert "export DASHKIT_URL=" in nothing.err
    no_folder = dashkit("doctor", "--metrics-file", "nowhere/x.prom", cwd=project.folder)
    assert (no_folder.code, "no such directory" in no_folder.err) == (2, True)


def test_a_server_that_wants_other_credentials_is_one_row_that_names_them(
    project: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    urls = ("--prometheus", sandbox.url, "--alertmanager", sandbox.url)
    result = dashkit("doctor", *urls, "--format", "json", cwd=project.folder)
    for part in ("Prometheus", "Alertmanager"):
        ((check, (state, evidence, mend)),) = rows(result, part).items()
        assert (check, state) == ("reachable", "failed")
        assert evidence.startswith(f"{sandbox.url}/-/ready: answered 401: ")
        assert f"DASHKIT_{part.upper()}_TOKEN" in mend
    empty = dashkit("doctor", "--prometheus", "", cwd=project.folder)
    assert (empty.code, "is empty; is an environment variable missing?" in empty.err) == (2, True)
