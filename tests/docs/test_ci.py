"""The recipes of docs/ci.md: their steps run, on servers in this process, with stand-ins for GitHub and GitLab."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, Project
from tests.support.fleet import ENV, add_prometheus, answers, running, titles, write_contexts

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
FILES = {title: text for title, text in re.findall(r"^```\w+ title=\"([^\"]+)\"\n(.*?)^```", PAGE, re.M | re.S)}
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


@pytest.fixture
def servers() -> Iterator[list[RunningSandbox]]:
    with running("12.3", "12.4") as found:
        yield found


@pytest.fixture
def repository(project: Project, servers: list[RunningSandbox]) -> Project:
    """A project with the files of the page and a pull request that adds a dashboard."""
    write_contexts(project, {"eu-1": servers[0].url, "eu-2": servers[1].url})
    project.dashboard("a")
    add_prometheus(servers[0])
    answers(servers[0], "")
    for name, text in FILES.items():
        project.write(name, text)
    for name, text in (("gh", GH), ("curl", CURL)):
        project.write(f"bin/{name}", text).chmod(0o755)
    return project


def run(steps: list[str], repository: Project) -> None:
    """Run steps as a runner does, but those that install dashkit; nobody waits for a canary."""
    env: dict[str, Any] = {
        **ENV, "PATH": f"{repository.folder}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT), "HOME": os.environ["HOME"], "GITHUB_REPOSITORY": "o/r", "PR": "5", "CHANGE_ID": "5",
        "CI_API_V4_URL": "https://gitlab.test/api/v4", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5",
        "GITLAB_TOKEN": "t", "CI": "true",
    }  # fmt: skip
    for step in steps:
        if "pip install" not in step:
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.replace("--wait 5m", "--wait 0")]
            done = subprocess.run(command, cwd=repository.folder, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("system", RECIPES)
def test_the_steps_of_a_recipe_comment_draw_and_push(
    system: str, repository: Project, servers: list[RunningSandbox]
) -> None:
    plan, push = RECIPES[system]
    run(plan, repository)
    comment = (repository.folder / "comment.md").read_text()
    assert comment.startswith("<!-- dashkit plan -->\n| context |")
    assert "| create | `a` a | Ops |" in comment
    assert list((repository.folder / "pictures").glob("*.png"))
    run([step for step in plan if "comment" in step], repository)
    assert (repository.folder / "log").read_text() == "created\nupdated\n"
    assert [titles(server, "a") for server in servers] == [None, None]
    run(push, repository)
    assert [titles(server, "a") for server in servers] == ["a", "a"]


def test_the_jobs_of_a_matrix_push_everything(repository: Project, servers: list[RunningSandbox]) -> None:
    jobs = yaml.safe_load(FILES[".github/workflows/shards.yml"])["jobs"]
    run(github(".github/workflows/shards.yml", "canary"), repository)
    assert [titles(server, "a") for server in servers] == ["a", None]
    (step,) = github(".github/workflows/shards.yml", "push")
    run(
        [step.replace("${{ matrix.shard }}", str(shard)) for shard in jobs["push"]["strategy"]["matrix"]["shard"]],
        repository,
    )
    assert [titles(server, "a") for server in servers] == ["a", "a"]
    last = re.findall(r"`(--shard .*?)`", PAGE)[-1].replace("--shard", "printf %s")
    shards = [
        subprocess.run(["bash", "-c", last], env={"CI_NODE_INDEX": str(n), "CI_NODE_TOTAL": "2"}, capture_output=True, check=True).stdout
        for n in (1, 2)
    ]  # fmt: skip
    assert shards == [b"0/2", b"1/2"]
