"""``dashkit build`` as a person uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

from tests.conftest import ROOT, Program, Project


def test_build_writes_files_by_folder_and_says_so(project: Project, dashkit: Program) -> None:
    project.dashboard("a-b", folder="data_platform")
    result = dashkit("build", cwd=project.folder)
    assert result.code == 0
    spec = json.loads((project.folder / "build/dashboards/data-platform/a-b.json").read_text())
    assert spec["uid"] == "a-b"
    assert result.out == ""
    assert "1 dashboard in build/dashboards/, 1 changed" in result.err


def test_build_writes_the_good_and_names_the_broken(project: Project, dashkit: Program) -> None:
    project.dashboard("good")
    project.write("dashboards/ops/bad.py", "x = 1\nraise ValueError('why')\n")
    result = dashkit("build", cwd=project.folder)
    assert result.code == 3
    assert (project.folder / "build/dashboards/ops/good.json").exists()
    assert "dashboards/ops/bad.py:2: ValueError: why" in result.err
    assert "1 failed" in result.err


def test_two_edits_of_one_size_within_a_second_are_told_apart(project: Project, dashkit: Program) -> None:
    target = project.folder / "build/dashboards/ops/a.json"
    for title in ("One", "Two"):
        path = project.dashboard("a", title=title)
        os.utime(path, (1_800_000_000, 1_800_000_000))
        assert dashkit("build", cwd=project.folder).code == 0
        assert json.loads(target.read_text())["title"] == title


def test_a_failure_removes_no_file_of_an_earlier_build(project: Project, dashkit: Program) -> None:
    path = project.dashboard("a")
    dashkit("build", cwd=project.folder)
    path.write_text("raise ValueError\n")
    assert dashkit("build", cwd=project.folder).code == 3
    assert (project.folder / "build/dashboards/ops/a.json").exists()


def test_build_to_stdout_writes_nothing_else(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    project.write("dashboards/ops/b.py", "print('noise')\ndashboard = {'title': 'B', 'uid': 'b'}\n")
    result = dashkit("build", "--only", "b", "--output", "-", cwd=project.folder)
    assert json.loads(result.out)["uid"] == "b"
    assert not (project.folder / "build").exists()


def test_only_takes_uids_modules_and_directories(project: Project, dashkit: Program) -> None:
    project.dashboard("a", folder="one")
    project.dashboard("b", folder="one")
    project.dashboard("c", folder="two")

    def uids(*only: str) -> list[str]:
        options = [word for entry in only for word in ("--only", entry)]
        result = dashkit("build", "--format", "json", *options, cwd=project.folder)
        assert result.code == 0, result.err
        return [entry["uid"] for entry in json.loads(result.out)["dashboards"]]

    assert uids("b") == ["b"]
    assert uids("dashboards/one") == ["a", "b"]
    assert uids("dashboards/two/c.py", "a") == ["a", "c"]


def test_only_a_dot_is_the_working_directory_and_nothing_is_no_selection(project: Project, dashkit: Program) -> None:
    project.dashboard("a", folder="one")
    project.dashboard("b", folder="two")
    result = dashkit("build", "--only", ".", "--format", "json", cwd=project.folder / "dashboards/two")
    assert [entry["uid"] for entry in json.loads(result.out)["dashboards"]] == ["b"]
    for empty in ("", " "):
        refused = dashkit("build", "--only", empty, cwd=project.folder)
        assert (refused.code, "is empty" in refused.err) == (2, True)


def test_a_link_to_nothing_is_named(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    (project.folder / "dashboards/lost.py").symlink_to("nowhere.py")
    result = dashkit("build", cwd=project.folder)
    assert (result.code, "lost.py: is a link to nowhere.py, which does not exist" in result.err) == (3, True)


def test_a_child_process_of_a_module_may_end_as_it_likes(project: Project, dashkit: Program) -> None:
    project.write(
        "dashboards/forks.py",
        "import os\nchild = os.fork()\nif child == 0:\n    os._exit(7)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "dashboard = {'uid': f'exited-{code}', 'title': 'T', 'panels': []}\n",
    )
    result = dashkit("build", "--format", "json", cwd=project.folder)
    assert [entry["uid"] for entry in json.loads(result.out)["dashboards"]] == ["exited-7"]


def test_only_that_matches_nothing_is_a_usage_error(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    result = dashkit("build", "--only", "nope", cwd=project.folder)
    assert result.code == 2
    assert "nope" in result.err


def test_a_missing_directory_is_an_input_error(project: Project, dashkit: Program) -> None:
    result = dashkit("build", cwd=project.folder)
    assert result.code == 3
    assert "no such file or directory" in result.err
    assert "dashkit.yaml" in result.err


def test_a_file_where_the_output_folder_should_be_is_an_input_error(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    project.write("taken", "x")
    assert dashkit("build", "--output", "taken", cwd=project.folder).code == 3


def test_watch_builds_again_after_a_save(project: Project) -> None:
    project.dashboard("a", title="First")
    output = project.folder / "build/dashboards/ops/a.json"
    command = [sys.executable, "-m", "dashkit", "build", "--watch"]
    process = subprocess.Popen(
        command,
        cwd=project.folder,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    try:
        _until(lambda: output.exists())
        assert process.stderr is not None
        while "watching" not in process.stderr.readline():
            pass
        time.sleep(0.5)  # the watcher needs a moment after it says so
        project.dashboard("a", title="Second")
        _until(lambda: "Second" in output.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 130


def _until(done: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
