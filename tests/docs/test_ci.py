"""The recipes of docs/ci.md: their steps run in a shell with stand-ins for GitHub and GitLab, their dashkit commands on servers."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, Program, Project
from tests.support.fleet import ENV, add_prometheus, answers, emptied, running, titles, write_contexts

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
FILES: dict[str, str] = dict(re.findall(r"^```\w+ title=\"([^\"]+)\"\n(.*?)^```", PAGE, re.M | re.S))
#: Writes its arguments down, which the test then runs in its own process, and prints something for a plan.
DASHKIT = """#!/bin/bash
printf '%q ' "$@" >> calls
echo >> calls
echo '| context |'
"""
#: Writes down what it is asked to do, and answers with the number of the comment if there is one.
GH = """#!/bin/sh
case "$*" in
  *--paginate*) [ ! -f commented ] || echo 7 ;;
  *PATCH*issues/comments/7*) echo updated >> log ;;
  *issues/5/comments*) echo created >> log; touch commented ;;
  *) exit 1 ;;
esac
"""
CURL = """#!/bin/sh
case "$*" in
  *PUT*/merge_requests/5/notes/7) echo updated >> log ;;
  *POST*/merge_requests/5/notes) echo created >> log; touch commented ;;
  *per_page*) if [ -f commented ]; then echo '[{"id": 7, "body": "<!-- dashkit plan -->"}]'; else echo '[]'; fi ;;
  *) exit 1 ;;
esac
"""


def github(name: str, job: str) -> list[str]:
    steps = yaml.safe_load(FILES[name])["jobs"][job]["steps"]
    return [step["run"] for step in steps if "run" in step]


def gitlab(job: str) -> list[str]:
    return ["\n".join(yaml.safe_load(FILES[".gitlab-ci.yml"])[job]["script"])]


def jenkins(*stages: str) -> list[str]:
    found = dict(re.findall(r"stage\('(\w+)'\) \{(.*?)(?=stage\(|\Z)", FILES["Jenkinsfile"], re.S))
    return [command for stage in stages for command in re.findall(r"sh '([^']+)'", found[stage])]


RECIPES = {
    "GitHub": (github(".github/workflows/dashboards.yml", "plan"), github(".github/workflows/dashboards.yml", "push")),
    "GitLab": (gitlab("plan"), gitlab("push")),
    "Jenkins": (jenkins("Check", "Plan"), jenkins("Push")),
}


@pytest.fixture(scope="module")
def started() -> Iterator[list[RunningSandbox]]:
    with running("12.3", "12.4") as found:
        yield found


@pytest.fixture
def servers(started: list[RunningSandbox]) -> list[RunningSandbox]:
    return emptied(started)


@pytest.fixture
def repository(project: Project, servers: list[RunningSandbox]) -> Project:
    """A project with the files of the page and a pull request that adds a dashboard."""
    write_contexts(project, {"eu-1": servers[0].url, "eu-2": servers[1].url})
    project.dashboard("a")
    add_prometheus(servers[0])
    answers(servers[0], "")
    for name, text in FILES.items():
        project.write(name, text)
    for name, text in (("gh", GH), ("curl", CURL), ("dashkit", DASHKIT)):
        project.write(f"bin/{name}", text).chmod(0o755)
    return project


def run(steps: list[str], repository: Project, dashkit: Program) -> None:
    """Run steps as a runner does, but those that install dashkit, and then what they called; nobody waits for a canary."""
    env: dict[str, Any] = {
        "PATH": f"{repository.folder}/bin:{os.environ['PATH']}", "GITHUB_REPOSITORY": "o/r", "PR": "5", "CHANGE_ID": "5",
        "CI_API_V4_URL": "https://gitlab.test/api/v4", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5",
        "GITLAB_TOKEN": "t",
    }  # fmt: skip
    calls = repository.folder / "calls"
    calls.write_text("")
    for step in steps:
        if "pip install" not in step:
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]
            done = subprocess.run(command, cwd=repository.folder, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"
    for call in dict.fromkeys(calls.read_text().splitlines()):
        result = dashkit(*shlex.split(call.replace("--wait 5m", "--wait 0")), cwd=repository.folder, env=ENV)
        assert result.code == 0, f"{call}\n{result.out}{result.err}"


@pytest.mark.parametrize("system", RECIPES)
def test_the_steps_of_a_recipe_comment_draw_and_push(
    system: str, repository: Project, servers: list[RunningSandbox], dashkit: Program
) -> None:
    plan, push = RECIPES[system]
    run(plan, repository, dashkit)
    assert (repository.folder / "comment.md").read_text() == "<!-- dashkit plan -->\n| context |\n"
    assert list((repository.folder / "pictures").glob("*.png"))
    assert [titles(server, "a") for server in servers] == [None, None]
    run([step for step in plan if "comment" in step], repository, dashkit)
    assert (repository.folder / "log").read_text() == "created\nupdated\n"
    run(push, repository, dashkit)
    assert [titles(server, "a") for server in servers] == ["a", "a"]


def test_the_jobs_of_a_matrix_push_everything(
    repository: Project, servers: list[RunningSandbox], dashkit: Program
) -> None:
    jobs = yaml.safe_load(FILES[".github/workflows/shards.yml"])["jobs"]
    run(github(".github/workflows/shards.yml", "canary"), repository, dashkit)
    assert [titles(server, "a") for server in servers] == ["a", None]
    (step,) = github(".github/workflows/shards.yml", "push")
    run(
        [step.replace("${{ matrix.shard }}", str(shard)) for shard in jobs["push"]["strategy"]["matrix"]["shard"]],
        repository,
        dashkit,
    )
    assert [titles(server, "a") for server in servers] == ["a", "a"]
    last = re.findall(r"`(--shard .*?)`", PAGE)[-1].replace("--shard", "printf %s")
    shards = [
        subprocess.run(["bash", "-c", last], env={"CI_NODE_INDEX": str(n), "CI_NODE_TOTAL": "2"}, capture_output=True, check=True).stdout
        for n in (1, 2)
    ]  # fmt: skip
    assert shards == [b"0/2", b"1/2"]
