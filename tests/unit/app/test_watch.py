"""Passes of `dashkit watch`, each compiled in this process and pushed to a sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
import requests

from dashkit.app import watch
from dashkit.app.lock import only_writer
from dashkit.app.ports import Ports
from dashkit.app.watch_source import Source, read_source
from dashkit.app.watch_target import Target, target_of
from dashkit.cli.adapters import ports
from dashkit.config.project import load_project
from dashkit.errors import RefusedError, ServerError, UsageError
from dashkit.model.passes import Pass
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Project
from tests.support.alerting import ALERTS, edit_rule, ruler, write_shop

ADMIN = ("admin", "admin")


def world(project: Project, **environ: str) -> Ports:
    return replace(ports(load_project(project.folder), lambda event: None), environ=environ)


@dataclass
class Watching:
    """A `dashkit watch` without its process: each call is a pass after a save."""

    project: Project
    request: watch.Request = field(default_factory=watch.Request)
    state: watch.State = field(default_factory=watch.State)

    def __post_init__(self) -> None:
        self.ports = world(self.project)
        self.target: Target = target_of(self.request.context_name, self.ports)

    def __call__(self) -> Pass:
        source = read_source(self.project.folder / "dashkit.yaml", alerts=self.target.context.evaluator == "grafana")
        assert isinstance(source, Source)
        self.state, done = watch.attempt(self.state, source, self.target, self.request, self.ports)
        return done


def context(project: Project, running: RunningSandbox, more: str = "") -> None:
    project.write(
        "dashkit.yaml",
        f"project: test\ncontexts:\n  dev: {{url: '{running.url}', user: admin, password_command: echo admin{more}}}\n",
    )


@pytest.fixture
def watching(project: Project, sandbox: RunningSandbox) -> Watching:
    context(project, sandbox)
    for uid in ("a", "b", "c"):
        project.dashboard(uid)
    return Watching(project)


def uids(done: Pass) -> list[str]:
    return [entry.uid for entry in done.pushed]


def stored(running: RunningSandbox, uid: str) -> dict[str, object]:
    value = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).json()["dashboard"]
    assert isinstance(value, dict)
    return value


def edit(running: RunningSandbox, uid: str, **values: object) -> None:
    found = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).json()
    body = {
        "dashboard": {**found["dashboard"], **values},
        "folderUid": found["meta"]["folderUid"],
        "message": "by hand",
    }
    requests.post(f"{running.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()


def test_the_first_pass_pushes_everything_and_one_without_a_change_asks_nothing(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    done = watching()
    assert uids(done) == ["a", "b", "c"]
    assert done.pushed[0].address == f"{sandbox.url}/d/a"
    assert all(entry.created for entry in done.pushed)
    sandbox.sandbox.requests.clear()
    watching.project.write(
        "dashboards/ops/a.py", "# a comment\n" + (watching.project.folder / "dashboards/ops/a.py").read_text()
    )
    assert watching() == Pass(same=3)
    assert not sandbox.sandbox.requests


#: With the versions and the look back afterwards that Grafana needs before unified storage.
MOST = {"12.4": 2, "12.3": 4, "10.1": 5}


def test_a_change_is_pushed_with_few_requests_and_nothing_else_is_looked_at(
    project: Project, each_sandbox: RunningSandbox
) -> None:
    context(project, each_sandbox)
    project.dashboard("a")
    project.dashboard("b")
    watching = Watching(project)
    watching()
    project.dashboard("b", expr="sum(up)")
    watching()  # lists the folders once more, since the first pass made one
    each_sandbox.sandbox.requests.clear()
    project.dashboard("b", expr="sum(up) > 1")
    done = watching()
    assert uids(done) == ["b"]
    assert (done.pushed[0].created, done.same) == (False, 1)
    assert "sum(up) > 1" in str(stored(each_sandbox, "b"))
    asked = list(each_sandbox.sandbox.requests)[:-1]  # without the look into Grafana here
    assert len(asked) <= MOST[each_sandbox.sandbox.flavour.version[:4]]


def test_a_broken_module_keeps_nothing_else_from_being_pushed_and_is_pushed_once_it_is_mended(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    watching()
    watching.project.write("dashboards/ops/a.py", "import json\ndashboard = nothing\n")
    watching.project.dashboard("b", expr="sum(up)")
    done = watching()
    assert uids(done) == ["b"]
    (fault,) = done.faults
    assert fault.where.endswith("dashboards/ops/a.py:2")
    assert "nothing" in fault.message
    assert done.gone == ()
    watching.project.dashboard("a", expr="sum(up)")
    done = watching()
    assert (uids(done), done.faults) == (["a"], ())


def test_a_link_to_a_dashboard_of_a_broken_module_keeps_its_prefix(project: Project, sandbox: RunningSandbox) -> None:
    context(project, sandbox, ", uid_prefix: dev-")
    project.dashboard("target")
    links = ", links=[dashboard_link('Target', 'target')]"
    source = project.dashboard("a", extra=links)
    source.write_text(source.read_text().replace("import ", "import dashboard_link, "))
    watching = Watching(project)
    broken = project.write("dashboards/ops/target.py", "dashboard = nothing\n")
    first = watching()
    assert first.pushed == ()
    assert "links to its dashboards need the context's uid_prefix" in first.faults[-1].message
    project.dashboard("target")
    assert uids(watching()) == ["dev-a", "dev-target"]
    broken.write_text("dashboard = nothing\n")
    source.write_text(source.read_text().replace("'up'", "'sum(up)'"))
    assert uids(watching()) == ["dev-a"]
    assert "/d/dev-target" in str(stored(sandbox, "dev-a"))


def test_what_somebody_edited_in_grafana_is_left_alone_until_the_source_has_it(
    project: Project, each_sandbox: RunningSandbox
) -> None:
    context(project, each_sandbox, ", on_drift: overwrite")  # a watch does not even then
    project.dashboard("a")
    project.dashboard("b")
    watching = Watching(project)
    watching()
    edit(each_sandbox, "a", title="By hand")
    project.dashboard("a", expr="sum(up)")
    project.dashboard("b", expr="sum(up)")
    done = watching()
    assert uids(done) == ["b"]
    (held,) = done.held
    assert held.uid == "a"
    assert "edited in the UI by admin" in held.reason
    assert held.hint == "dashkit absorb a --context dev"
    project.dashboard("b", expr="sum(up) > 1")
    done = watching()
    assert (uids(done), done.held, done.still) == (["b"], (), ("a",))
    assert stored(each_sandbox, "a")["title"] == "By hand"
    project.dashboard("a", title="By hand")
    assert uids(watching()) == ["a"]  # recorded as a push
    project.dashboard("a", title="By hand", expr="sum(up)")
    assert uids(watching()) == ["a"]
    assert "sum(up)" in str(stored(each_sandbox, "a"))


def test_a_dashboard_that_was_only_moved_is_left_alone_with_the_command_that_moves_it_back(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    watching()
    body = {"dashboard": stored(sandbox, "a"), "message": "moved"}
    requests.post(f"{sandbox.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()
    watching.project.dashboard("a", expr="sum(up)")
    (held,) = watching().held
    assert held.hint.endswith("dashkit push --on-drift overwrite --only a --context dev")


def test_an_edit_that_is_taken_back_in_grafana_is_pushed_over_by_the_next_pass(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    watching()
    before = stored(sandbox, "a")["title"]
    edit(sandbox, "a", title="By hand")
    watching.project.dashboard("a", expr="sum(up)")
    assert len(watching().held) == 1
    edit(sandbox, "a", title=before)
    done = watching()
    assert (uids(done), done.still) == (["a"], ())


def test_a_dashboard_of_somebody_else_is_left_alone_with_the_command_that_takes_it_over(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    body = {"dashboard": {"uid": "a", "title": "Theirs", "panels": []}}
    requests.post(f"{sandbox.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()
    done = watching()
    assert uids(done) == ["b", "c"]
    assert done.held[0].hint == "dashkit push --only a --context dev --adopt takes it over"


def test_what_the_check_finds_keeps_back_that_dashboard_only(watching: Watching) -> None:
    watching()
    watching.project.dashboard("a", expr="sum(")
    watching.project.dashboard("b", expr="sum(up)")
    done = watching()
    assert uids(done) == ["b"]
    assert [(problem.dashboard, problem.rule) for problem in done.problems] == [("a", "DK301")]
    watching.request = replace(watching.request, check=False)
    assert uids(watching()) == ["a"]


def test_only_a_part_is_pushed_if_only_that_is_wanted(watching: Watching, sandbox: RunningSandbox) -> None:
    watching.request = watch.Request(only=("b",))
    assert uids(watching()) == ["b"]
    watching.project.dashboard("a", expr="sum(up)")
    assert watching() == Pass(same=1)
    watching.request, watching.state = watch.Request(only=("nothing",)), watch.State()
    with pytest.raises(UsageError, match="nothing"):
        watching()


def test_a_dashboard_that_leaves_the_source_stays_in_grafana_and_is_named_once(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    watching()
    (watching.project.folder / "dashboards/ops/a.py").unlink()
    assert watching() == Pass(same=2, gone=("a",))
    assert watching() == Pass(same=2)
    assert stored(sandbox, "a")["title"] == "a"


def test_when_a_dashboard_is_gone_from_grafana_all_are_looked_at_again(
    watching: Watching, sandbox: RunningSandbox
) -> None:
    watching()
    for uid in ("a", "b"):
        requests.delete(f"{sandbox.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).raise_for_status()
    watching.project.dashboard("a", expr="sum(up)")
    done = watching()
    assert (uids(done), done.again) == (["a"], True)
    done = watching()
    assert (uids(done), done.again, done.same) == (["b"], False, 2)


def test_a_folder_that_is_gone_from_grafana_is_made_again(watching: Watching, sandbox: RunningSandbox) -> None:
    watching()
    watching.project.dashboard("a", expr="sum(up)")
    watching()
    folder = requests.get(f"{sandbox.url}/api/dashboards/uid/a", auth=ADMIN, timeout=5).json()["meta"]["folderUid"]
    requests.delete(f"{sandbox.url}/api/folders/{folder}", auth=ADMIN, timeout=5).raise_for_status()
    watching.project.dashboard("a", expr="sum(up) > 1")
    assert watching().again
    assert uids(watching()) == ["a", "b", "c"]


def test_without_an_answer_it_is_tried_again_and_then_everything_is_compared(
    watching: Watching, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    watching()
    sandbox.sandbox.faults.add(Fault(method="GET", path="/.*", status=503, times=100))
    watching.project.dashboard("a", expr="sum(up)")
    for _ in range(2):
        done = watching()
        assert done.again
        assert "fault on demand" in done.silent
        assert (done.pushed, done.faults) == ((), ())
    sandbox.sandbox.faults.clear()
    done = watching()
    assert (uids(done), done.silent, done.again, done.same) == (["a"], "", False, 2)


def test_another_server_in_the_same_place_gets_everything(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as first:
        port = int(first.url.rpartition(":")[2])
        context(project, first)
        project.dashboard("a")
        project.dashboard("b")
        watching = Watching(project)
        watching()
    project.dashboard("a", expr="sum(up)")
    assert watching().silent
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.4"]), port=port):
        done = watching()
        assert (uids(done), done.silent) == (["a", "b"], "")


def test_wrong_credentials_end_it_at_first_and_are_an_error_later(watching: Watching, sandbox: RunningSandbox) -> None:
    sandbox.sandbox.faults.add(Fault(status=401))
    with pytest.raises(ServerError):
        watching()
    assert len(watching().pushed) == 3
    sandbox.sandbox.faults.add(Fault(status=401))
    watching.project.dashboard("a", expr="sum(up)")
    done = watching()
    assert (len(done.faults), done.again) == (1, False)


def test_another_run_that_writes_is_waited_for(watching: Watching) -> None:
    with only_writer(watching.ports.project, "dev", dry_run=False):
        done = watching()
        assert "another push" in done.faults[0].message
        assert done.again
    assert uids(watching()) == ["a", "b", "c"]
    with only_writer(watching.ports.project, "dev", dry_run=False):
        pass  # held for a pass only


def test_secrets_are_read_once(project: Project, sandbox: RunningSandbox) -> None:
    command = f"sh -c 'echo x >> {project.folder}/asked; echo admin'"
    context(project, sandbox)
    text = (project.folder / "dashkit.yaml").read_text().replace("echo admin", f'"{command}"')
    project.write("dashkit.yaml", text)
    project.dashboard("a")
    watching = Watching(project)
    watching()
    project.dashboard("a", expr="sum(up)")
    watching()
    assert (project.folder / "asked").read_text() == "x\n"


@pytest.mark.parametrize(
    ("text", "name", "environ"),
    [
        ("prod: {url: 'http://localhost:1', protected: true}", "prod", {}),
        ("prod: {url: 'http://localhost:1', protected: true}", None, {}),
        ("prod: {url: 'http://localhost:1', protected: true}", None, {"DASHKIT_CONTEXT": "prod"}),
        # The same dashboards by another name.
        ("prod: {url: 'http://localhost:1', protected: true}", None, {"DASHKIT_URL": "http://localhost:1/"}),
        (
            "dev: {url: 'http://localhost:1'}\n  prod: {url: 'http://LOCALHOST:1', org_id: 1, protected: true}",
            "dev",
            {},
        ),
    ],
)
def test_a_protected_context_is_refused(project: Project, text: str, name: str | None, environ: dict[str, str]) -> None:
    project.write("dashkit.yaml", f"project: test\ncontexts:\n  {text}\n")
    with pytest.raises(RefusedError, match="protected") as refused:
        target_of(name, world(project, **environ))
    assert "uid_prefix" in refused.value.hint


@pytest.mark.parametrize("dev", ["url: 'http://localhost:1', uid_prefix: dev-", "url: 'http://localhost:1', org_id: 2"])
def test_a_part_of_the_server_of_a_protected_context_is_a_context_for_development(project: Project, dev: str) -> None:
    prod = "prod: {url: 'http://localhost:1', org_id: 1, protected: true}"
    project.write("dashkit.yaml", f"project: test\ncontexts:\n  {prod}\n  dev: {{{dev}}}\n")
    assert target_of("dev", world(project)).context.name == "dev"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("user: admin", "protected: true, user: admin", "protected"), ("user: admin", "folder_prefix: X, user: admin", "context 'dev'"),
     ("project: test", "project: other", "started again")],
)  # fmt: skip
def test_when_dashkit_yaml_says_something_else_of_the_context_nothing_is_pushed(
    watching: Watching, sandbox: RunningSandbox, old: str, new: str, said: str
) -> None:
    watching()
    config = watching.project.folder / "dashkit.yaml"
    text = config.read_text()
    config.write_text(text.replace(old, new))
    watching.project.dashboard("a", expr="sum(up)")
    sandbox.sandbox.requests.clear()
    done = watching()
    assert said in done.faults[0].message
    assert not sandbox.sandbox.requests
    config.write_text(text)
    assert uids(watching()) == ["a"]


def test_a_broken_dashkit_yaml_is_a_failure_with_its_place(project: Project) -> None:
    project.write("dashkit.yaml", "project: [")
    failure = read_source(project.folder / "dashkit.yaml", alerts=False)
    assert not isinstance(failure, Source)
    assert "dashkit.yaml" in failure.where


def shop_alerts(project: Project, limit: int) -> None:
    project.write("dashboards/alerts/shop.py", ALERTS.format(limit=limit))


def test_alert_groups_are_pushed_when_they_change_if_grafana_evaluates_them(
    project: Project, sandbox: RunningSandbox
) -> None:
    write_shop(project)
    context(project, sandbox, ", evaluator: grafana, recording: prometheus")
    watching = Watching(project)
    first = watching()
    assert [(entry.kind, entry.title) for entry in first.pushed] == [("dashboard", "Overview"), ("alert group", "shop")]
    sandbox.sandbox.requests.clear()
    assert watching() == Pass(same=1)
    assert not sandbox.sandbox.requests
    shop_alerts(project, 7)
    done = watching()
    assert [entry.kind for entry in done.pushed] == ["alert group"]
    assert "7" in str(ruler(sandbox))
    project.write("dashboards/alerts/shop.py", "groups = nothing\n")
    project.write(
        "dashboards/ops/overview.py",
        (project.folder / "dashboards/ops/overview.py").read_text().replace("'up'", "'sum(up)'"),
    )
    done = watching()
    assert ([entry.kind for entry in done.pushed], len(done.faults)) == (["dashboard"], 1)
    shop_alerts(project, 7)
    assert watching().pushed == ()


def test_a_broken_alert_module_keeps_no_dashboard_back(project: Project, sandbox: RunningSandbox) -> None:
    write_shop(project)
    context(project, sandbox, ", evaluator: grafana, recording: prometheus, uid_prefix: dev-")
    project.write("dashboards/alerts/shop.py", "groups = nothing\n")
    done = Watching(project)()
    assert [entry.uid for entry in done.pushed] == ["dev-overview"]
    assert "alerts/shop.py:1" in done.faults[0].where


def test_an_alert_group_that_was_edited_in_grafana_is_left_alone(project: Project, sandbox: RunningSandbox) -> None:
    write_shop(project)
    context(project, sandbox, ", evaluator: grafana, recording: prometheus")
    watching = Watching(project)
    watching()
    edit_rule(sandbox)
    shop_alerts(project, 7)
    done = watching()
    assert done.pushed == ()
    assert [(entry.kind, entry.title) for entry in done.held] == [("alert group", "shop")]
    assert "dashkit rules push --on-drift overwrite --context dev" in done.held[0].hint


def test_a_broken_helper_is_named_once(watching: Watching) -> None:
    watching()
    watching.project.write("dashboards/shared/__init__.py", "")
    watching.project.write("dashboards/shared/names.py", "NAME = (\n")
    for uid in ("a", "b"):
        module = watching.project.folder / f"dashboards/ops/{uid}.py"
        module.write_text("from ..shared.names import NAME\n" + module.read_text())
    (fault,) = watching().faults
    assert fault.where.endswith("dashboards/shared/names.py:1")
    assert fault.message.endswith("(2 modules need it)")
