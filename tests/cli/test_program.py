"""The program itself: exit codes, help, streams, bad input. Through a process of its own where that matters."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashkit.cli.main import _COMMANDS
from dashkit.errors import ExitCode
from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import Program, Project, environment


def program(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashkit", *arguments],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_zero_and_one(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    assert program("diff", cwd=project.folder, **env).returncode == ExitCode.OK
    assert program("diff", "--exit-code", cwd=project.folder, **env).returncode == ExitCode.FOUND


@pytest.mark.parametrize(
    "arguments",
    [
        ["push", "--no-such"],
        ["pusch"],
        ["push"],
        ["push", "--context", "nope"],
        ["pull", "--to", "x"],
        ["--config", "x", "build"],
    ],
)
def test_two_for_usage_and_configuration(project: Project, arguments: list[str]) -> None:
    project.dashboard("a")
    done = program(*arguments, cwd=project.folder)
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr


def test_a_misspelt_command_is_answered_with_the_nearest(project: Project) -> None:
    assert "Did you mean 'push'?" in program("pusch", cwd=project.folder).stderr


def test_three_for_a_module_that_does_not_load(project: Project) -> None:
    project.write("dashboards/bad.py", "1/0\n")
    assert program("build", cwd=project.folder).returncode == ExitCode.INPUT


def test_four_for_a_server_that_cannot_be_used(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    wrong = program("push", cwd=project.folder, DASHKIT_URL=sandbox.url, DASHKIT_TOKEN="glsa_wrong")
    assert wrong.returncode == ExitCode.SERVER
    assert "Invalid API key" in wrong.stderr
    assert "glsa_wrong" not in wrong.stderr


def test_five_and_six(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    project.dashboard("b")
    env = environment(sandbox)
    sandbox.sandbox.faults.add(Fault(path="/api/dashboards/db", status=403))
    assert program("push", cwd=project.folder, **env).returncode == ExitCode.PARTIAL
    program("push", cwd=project.folder, **env)
    (project.folder / "dashboards/ops/b.py").unlink()
    assert program("push", "--prune", cwd=project.folder, **env).returncode == ExitCode.REFUSED


def test_seventy_for_a_bug_with_the_traceback_in_a_file(
    project: Project, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("dashkit.app.source.compile_all", broken)
    result = dashkit("build", cwd=project.folder)
    assert result.code == ExitCode.BUG
    assert "a bug in dashkit: KeyError" in result.err
    assert "Traceback" not in result.err
    path = next(word for word in result.err.split() if word.endswith(".txt;")).rstrip(";")
    assert "KeyError" in Path(path).read_text()
    Path(path).unlink()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_exits_with_130_tells_what_was_done_and_leaves_nothing_half_written(
    project: Project, sandbox: RunningSandbox, sent: signal.Signals
) -> None:
    for number in range(30):
        project.dashboard(f"d{number}")
    sandbox.sandbox.faults.add(Fault(path="/api/dashboards/db", latency=0.2, times=1000))
    process = subprocess.Popen(
        [sys.executable, "-m", "dashkit", "push"],
        cwd=project.folder,
        env={**os.environ, **environment(sandbox)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not any(path == "/api/dashboards/db" for _, path in sandbox.sandbox.requests):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in err
    stored = len(list(sandbox.sandbox.store.dashboards()))
    assert 0 < stored < 30
    assert f"{30 - stored} not tried: interrupted" in out
    assert f"{stored} created" in out
    assert re.search(r"To undo this push: dashkit rollback \d{8}T\d{6}Z-[0-9a-f]{4}", err)
    sandbox.sandbox.faults.clear()
    assert program("push", cwd=project.folder, **environment(sandbox)).returncode == 0


@pytest.mark.parametrize("arguments", [["build", "-o", "-"], ["--help"], ["context", "list"]])
def test_a_reader_that_goes_away_is_141(project: Project, arguments: list[str]) -> None:
    project.write("dashkit.yaml", "contexts:\n" + "".join(f"  c{n}: {{url: http://x}}\n" for n in range(50)))
    project.dashboard("a")
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "dashkit", *arguments],
        cwd=project.folder,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)
    assert process.returncode == ExitCode.CLOSED_PIPE
    assert process.stderr == ""


def test_version_and_module_call_agree(project: Project) -> None:
    assert program("--version", cwd=project.folder).stdout.startswith("dashkit 0.")


@pytest.mark.parametrize("name", _COMMANDS)
def test_each_command_has_help_with_an_example(project: Project, dashkit: Program, name: str) -> None:
    result = dashkit(name, "--help", cwd=project.folder)
    assert result.code == 0
    assert "Example" in result.out or name == "context"


def test_the_help_lists_the_exit_codes(project: Project, dashkit: Program) -> None:
    text = dashkit("--help", cwd=project.folder).out
    assert all(f"{code.value:>3}  {code.meaning[:40]}" in text for code in ExitCode)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(project: Project, dashkit: Program, shell: str) -> None:
    assert "_DASHKIT_COMPLETE" in dashkit("completion", shell, cwd=project.folder).out


def test_completion_completes(project: Project) -> None:
    done = program(cwd=project.folder, _DASHKIT_COMPLETE="bash_complete", COMP_WORDS="dashkit pu", COMP_CWORD="1")
    assert {"plain,push", "plain,pull"} <= set(done.stdout.split())


def test_help_imports_neither_grafanalib_nor_requests(project: Project) -> None:
    code = (
        "import sys; from dashkit.cli.main import run\n"
        f"codes = [run([name, '--help']) for name in {_COMMANDS!r}] + [run(['--version'])]\n"
        "heavy = {'grafanalib', 'requests', 'yaml', 'jsonschema', 'uvicorn', 'orjson'} & set(sys.modules)\n"
        "sys.exit(f'{codes} {heavy}' if heavy or any(codes) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_colour_only_where_it_is_wanted(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    assert "\x1b[" not in program("diff", cwd=project.folder, **env).stdout
    assert "\x1b[" in program("diff", cwd=project.folder, FORCE_COLOR="1", **env).stdout
    assert "\x1b[" not in program("diff", cwd=project.folder, FORCE_COLOR="1", NO_COLOR="1", **env).stdout


def test_a_title_that_the_terminal_cannot_show_is_no_failure(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a", title="Größe ✓")
    done = program("diff", cwd=project.folder, PYTHONIOENCODING="ascii", **environment(sandbox))
    assert done.returncode == 0, done.stderr


ODD = {
    "tags": 5, "panels": {"a": 1}, "rows": [5], "timepicker": [1], "annotations": 5, "templating": 7, "links": "x",
    "time": [], "refresh": {"a": 1},
}  # fmt: skip


@pytest.mark.parametrize("key", ODD)
@pytest.mark.parametrize("kind", ["json", "py"])
def test_an_odd_document_is_one_failure_and_hides_no_other(
    project: Project, dashkit: Program, key: str, kind: str
) -> None:
    document = {"uid": "odd", "title": "Odd", key: ODD[key]}
    if kind == "json":
        project.write("dashboards/odd.json", json.dumps({**document, "schemaVersion": 39}))
    else:
        project.write("dashboards/odd.py", f"dashboard = {document!r}\n")
    project.dashboard("good")
    result = dashkit("build", cwd=project.folder)
    assert result.code in (0, 3), result.err
    assert "Traceback" not in result.err
    assert (project.folder / "build/dashboards/ops/good.json").exists()


@pytest.mark.parametrize(
    "panel",
    [
        {"gridPos": "x"}, {"gridPos": [1]}, {"gridPos": {"x": "a", "y": 0}}, {"type": ["x"]}, {"type": "row", "panels": 5},
        {"fieldConfig": {"defaults": {}, "overrides": 5}}, {"fieldConfig": {"overrides": [{"properties": [5]}]}},
        {"targets": 5}, {"targets": ["x"]}, {"options": []}, {"id": "x"}, {"id": 2**70}, {"title": 5},
        {"gridPos": {"x": 0, "y": 0, "w": -3, "h": 2}}, {"gridPos": {"x": 0, "w": 3, "h": 2}},
    ],
)  # fmt: skip
def test_an_odd_panel_is_one_failure_and_hides_no_other(
    project: Project, dashkit: Program, panel: dict[str, object]
) -> None:
    project.write(
        "dashboards/odd.py",
        f"dashboard = {{'uid': 'odd', 'title': 'Odd', 'panels': [{ {'type': 'stat', **panel}!r}]}}\n",
    )
    project.dashboard("good")
    result = dashkit("build", cwd=project.folder)
    assert result.code in (0, 3), result.err
    assert (project.folder / "build/dashboards/ops/good.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "1: x\n", "project: 2024-13-45\n", "project: !!int 'abc'\n", "contexts: {on: {url: http://x}}\n",
        "contexts: {a: {url: http://x, timeouts: {read: .nan}}}\n", "contexts: {a: {url: http://x, token_command: ' '}}\n",
        "contexts: {a: {url: http://x, token_command: 'a \"b'}}\n", "contexts: {a: {url: http://x, token_file: ~nouser/x}}\n",
        "contexts: {a: {url: http://x, tls: {ca: missing.pem}}}\n", "contexts: {a: {url: 'http://a..b'}}\n",
        "contexts: {a: {url: http://x, headers: {X-A: 'ü'}}}\n", "contexts: {a: {url: http://x, user: 'a:b', password_env: PATH}}\n",
        "contexts: {a: {url: http://x, token_command: 'printf \"a\\nb\" --with hush'}}\n",
        "project: hush\nproject: b\n", "contexts: {a: {url: http://x}, a: {url: http://hush}}\n", "contexts: &a {b: *a}\n",
        "project: a\n---\nproject: hush\n",
        "contexts: {a: {}}\n", "contexts: {a: {url: http://x, proxy: 'u:hush@p:1'}}\n",
        "contexts: {a: {url: http://x, headers: {Authorization: {value: Bearer hush}}}}\n", "contexts: {a: {url: 'u:hush@x'}}\n",
        "contexts: {a: {url: 'https//u:hush@x'}}\n", "contexts: {a: {url: http://x, headers: [hush]}}\n",
    ],
)  # fmt: skip
def test_an_odd_configuration_is_a_usage_error_that_tells_no_value(
    project: Project, dashkit: Program, text: str
) -> None:
    project.write("dashkit.yaml", text)
    project.dashboard("a")
    result = dashkit("push", cwd=project.folder)
    assert result.code == ExitCode.USAGE, result.err
    assert "hush" not in result.err


@pytest.mark.parametrize("body", [None, "x", [1], [{}], {}, 7])
def test_an_odd_answer_is_the_servers_fault(
    project: Project, sandbox: RunningSandbox, dashkit: Program, body: object
) -> None:
    project.dashboard("a")
    for path in ("/api/search", "/apis/folder.grafana.app/.*", "/api/health"):
        sandbox.sandbox.faults.clear()
        sandbox.sandbox.faults.add(Fault(path=path, status=200, body=body if body is not None else "null", times=5))
        result = dashkit("diff", cwd=project.folder, env=environment(sandbox))
        assert result.code in (0, 4), (path, result.err)


def test_a_broken_module_stops_a_push_of_another(project: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    project.dashboard("a")
    project.write("dashboards/bad.py", "1/0\n")
    assert dashkit("push", "--only", "a", cwd=project.folder, env=environment(sandbox)).code == 3
    assert dashkit("build", "--only", "a", cwd=project.folder).code == 0
    only_bad = dashkit("build", "--only", "dashboards/bad.py", cwd=project.folder)
    assert only_bad.code == 3
    assert "no module at that path" not in only_bad.err


def test_a_token_of_the_environment_does_not_go_to_another_address(
    project: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    project.write("dashkit.yaml", f"contexts:\n  here: {{url: {sandbox.url}}}\n")
    project.dashboard("a")
    env = {"DASHKIT_URL": "http://elsewhere.example.org", "DASHKIT_TOKEN": "glsa_elsewhere"}
    result = dashkit("push", "-c", "here", cwd=project.folder, env=env)
    assert result.code == 4
    assert "Unauthorized" in result.err


def test_a_protected_context_is_not_reached_through_the_environment(project: Project, dashkit: Program) -> None:
    project.write("dashkit.yaml", "contexts:\n  prod: {url: http://x, protected: true}\n  b: {url: http://y}\n")
    project.dashboard("a")
    result = dashkit("push", cwd=project.folder, env={"DASHKIT_CONTEXT": "prod"})
    assert result.code == 2
    assert "--context prod" in result.err


def test_a_module_cannot_move_the_output_or_write_to_stdout(project: Project) -> None:
    project.write(
        "dashboards/a.py", "import os\nos.chdir('/')\nos.system('echo NOISE')\ndashboard = {'uid': 'a', 'title': 'A'}\n"
    )
    done = program("build", "--output", "out", "--format", "json", cwd=project.folder)
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
    assert (project.folder / "out/a.json").exists()


def test_a_module_beside_a_directory_of_its_name(project: Project, dashkit: Program) -> None:
    project.write("dashboards/op.py", "dashboard = {'uid': 'a', 'title': 'A'}\n")
    project.write("dashboards/op/x.py", "dashboard = {'uid': 'b', 'title': 'B'}\n")
    project.write("dashboards/a.b.py", "dashboard = {}\n")
    result = dashkit("build", cwd=project.folder)
    assert "its name has a dot" in result.err
    assert (project.folder / "build/dashboards/op/b.json").exists()


def test_completion_knows_contexts_and_uids(project: Project) -> None:
    project.write("dashkit.yaml", "contexts:\n  production: {url: http://x}\n")
    project.dashboard("checkout")
    program("build", cwd=project.folder)
    env = {"_DASHKIT_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    contexts = program(cwd=project.folder, COMP_WORDS="dashkit push -c pro", **env)
    assert "plain,production" in contexts.stdout
    uids = program(cwd=project.folder, COMP_WORDS="dashkit push --only che", **env)
    assert "plain,checkout" in uids.stdout


def test_the_only_unprotected_context_is_the_default(project: Project, dashkit: Program) -> None:
    project.write("dashkit.yaml", "contexts:\n  prod: {url: http://x, protected: true}\n  dev: {url: http://y}\n")
    assert "* dev" in dashkit("context", "list", cwd=project.folder).out


def test_https_to_a_plain_server_says_so(project: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    project.dashboard("a")
    url = sandbox.url.replace("http://", "https://")
    result = dashkit("push", cwd=project.folder, env={**environment(sandbox), "DASHKIT_URL": url})
    assert result.code == 4
    assert "use http://" in result.err


def test_a_full_disk_behind_the_output_is_three(project: Project) -> None:
    project.dashboard("a")
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "dashkit", "build", "-o", "-"],
            cwd=project.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert process.returncode == ExitCode.INPUT
    assert "cannot write the output" in process.stderr


def test_closed_streams_are_no_failure(project: Project) -> None:
    project.dashboard("a")
    command = f"exec {sys.executable} -m dashkit build >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], cwd=project.folder).returncode == 0


def test_one_value_without_json_form_hides_no_other_of_its_module(project: Project, dashkit: Program) -> None:
    project.write(
        "dashboards/a.py",
        "dashboards = [{'uid': 'bad', 'title': 'B', 'x': float('inf')}, {'uid': 'good', 'title': 'G'}]\n",
    )
    result = dashkit("build", cwd=project.folder)
    assert result.code == 3
    assert "JSON has no such number" in result.err
    assert (project.folder / "build/dashboards/good.json").exists()


def test_a_key_given_twice_is_an_error_that_names_both(project: Project, dashkit: Program) -> None:
    panels = "[{'type': 'stat', 'title': t, 'key': 'same'} for t in ('One', 'Two')]"
    project.write("dashboards/a.py", f"dashboard = {{'uid': 'a', 'title': 'A', 'panels': {panels}}}\n")
    result = dashkit("build", cwd=project.folder)
    assert result.code == 3
    assert "'One' and 'Two' have the same key 'same'" in result.err


def test_a_closed_stdin_confirms_nothing(project: Project, sandbox: RunningSandbox) -> None:
    gone = project.dashboard("gone")
    env = {**os.environ, **environment(sandbox)}
    assert program("push", cwd=project.folder, **environment(sandbox)).returncode == 0
    gone.unlink()
    project.dashboard("stays")
    command = f"exec {sys.executable} -m dashkit push --prune <&-"
    done = subprocess.run(["sh", "-c", command], cwd=project.folder, env=env, capture_output=True, text=True)
    assert (done.returncode, "there is no terminal to confirm it on" in done.stderr) == (ExitCode.REFUSED, True)
    assert sandbox.sandbox.store.dashboard("gone") is not None


@pytest.mark.parametrize("status", [401, 403])
def test_a_hint_never_names_the_command_that_just_failed(
    project: Project, sandbox: RunningSandbox, dashkit: Program, status: int
) -> None:
    project.dashboard("a")
    for command, path in ((["context", "check"], "/api/access-control/.*"), (["push"], "/apis/folder.*/folders")):
        fault = Fault(path, status=status, body={"message": "no"}, times=9)
        sandbox.sandbox.faults.add(fault)
        result = dashkit(*command, cwd=project.folder, env=environment(sandbox))
        sandbox.sandbox.faults.clear()
        assert result.code == 4
        assert ("dashkit context check" in result.err) == (command == ["push"])


def test_a_server_that_is_not_there_is_no_reason_to_check_again(project: Project, dashkit: Program) -> None:
    result = dashkit("context", "check", cwd=project.folder, env={"DASHKIT_URL": "http://127.0.0.1:9"})
    assert (result.code, "-> is Grafana running there?\n" in result.err) == (4, True)


def test_a_hint_to_check_a_context_names_it(project: Project, dashkit: Program) -> None:
    line = '{url: "http://127.0.0.1:9", user: admin, password_command: echo admin}'
    project.write("dashkit.yaml", f"project: demo\ncontexts:\n  eu: {line}\n  us: {line}\n")
    project.dashboard("a")
    assert "dashkit context check us\n" in dashkit("push", "--context", "us", cwd=project.folder).err
    assert "dashkit context" not in dashkit("context", "check", "us", cwd=project.folder).err
    unnamed = dashkit("context", "check", cwd=project.folder)
    assert (unnamed.code, "-> add its NAME, or once: dashkit context use NAME" in unnamed.err) == (2, True)
