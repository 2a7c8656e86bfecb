"""The examples of docs/backup.md do what the page says: each is run as far as it can be here."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from dashkit._http import Connection, Settings
from dashkit.cli.main import cli
from dashkit.model.kinds import KINDS
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, Program, environment
from tests.support.filled import fill

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def place(sandbox: RunningSandbox, tmp_path: Path) -> Path:
    """What the examples take for given: a directory with dashkit.yaml and grafana.env, and dashkit on the path."""
    fill(Connection(Settings(url=sandbox.url, user="admin", password=Secret("admin"))), modern=True)
    (tmp_path / "dashkit.yaml").write_text(
        f"project: docs\ncontexts:\n  prod: {{url: '{sandbox.url}', user: admin, password_env: GRAFANA_PASSWORD}}\n"
        f"  new: {{url: '{sandbox.url}', user: admin, password_env: GRAFANA_PASSWORD}}\n"
    )
    (tmp_path / "grafana.env").write_text("export GRAFANA_PASSWORD=admin\n")
    return tmp_path


def shell(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """As cron does: sh, and little else in the environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    env = {"PATH": path, "HOME": str(folder), "PYTHONPATH": str(ROOT), **more}
    local = command.replace("/srv/grafana", str(folder)).replace("/var/lib/node_exporter", str(folder))
    return subprocess.run(["/bin/sh", "-c", local], cwd="/", env=env, capture_output=True, text=True, check=False)


def made(folder: Path) -> None:
    """A whole archive, and metrics."""
    (archive,) = (folder / "backups").glob("dashkit-prod-*.zip")
    assert archive.stat().st_size > 1000
    assert 'dashkit_backup_failures{context="prod"} 0' in (folder / "dashkit.prom").read_text()


def test_the_line_for_cron_backs_up_and_says_nothing(place: Path) -> None:
    (tab,) = blocks("cron")
    (line,) = [line for line in tab.splitlines() if "dashkit" in line]
    *when, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[\d*]+", field) for field in when)
    assert "%" not in command  # cron would end the line there
    # cron's PATH is short: the line names dashkit where it is.
    assert "/opt/dashkit/bin/dashkit backup" in command
    done = shell(command.replace("/opt/dashkit/bin/", f"{Path(sys.executable).parent}/"), place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    made(place)


def units() -> dict[str, str]:
    return {text.splitlines()[0].rpartition("/")[2]: text for text in blocks("ini")}


def test_the_systemd_service_backs_up(place: Path) -> None:
    service = configparser.ConfigParser(strict=False)
    service.optionxform = str  # type: ignore[assignment,method-assign]
    service.read_string(units()["dashkit-backup.service"])
    assert service["Service"]["WorkingDirectory"] == "/srv/grafana"
    done = shell(f"cd /srv/grafana && exec {service['Service']['ExecStart']}", place, GRAFANA_PASSWORD="admin")
    assert done.returncode == 0, done.stderr
    made(place)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name, text in units().items():
        # Paths and user of the example are not on this machine.
        here = re.sub(r"(?m)^(User|WorkingDirectory|EnvironmentFile)=.*\n", "", text)
        (tmp_path / name).write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units())],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "dashkit-backup" in line]
    assert complaints == []
    calendar = re.search(r"OnCalendar=(.*)", units()["dashkit-backup.timer"])
    assert calendar is not None
    assert (
        subprocess.run(["systemd-analyze", "calendar", calendar[1]], capture_output=True, check=False).returncode == 0
    )


def test_the_cron_job_of_kubernetes_runs_a_backup(place: Path, sandbox: RunningSandbox, dashkit: Program) -> None:
    job: dict[str, Any] = next(doc for text in blocks("yaml") if (doc := yaml.safe_load(text)).get("kind") == "CronJob")
    assert job["apiVersion"] == "batch/v1"
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    names = {entry["name"] for entry in container["env"]}
    assert {"DASHKIT_URL", "DASHKIT_TOKEN"} <= names
    words = [str(place / "bucket") if word.startswith("s3://") else word for word in container["args"]]
    assert words[0] == "dashkit"
    done = dashkit(*words[1:], cwd=place, env=environment(sandbox))
    assert (done.code, done.out, done.err) == (0, "", "")
    assert len(list((place / "bucket").glob("*.zip"))) == 1


def test_the_configuration_is_one(place: Path, dashkit: Program) -> None:
    text = next(text for text in blocks("yaml") if "journal:" in text)
    (place / "dashkit.yaml").write_text(text)
    assert dashkit("context", "list", cwd=place, env={"GRAFANA_TOKEN": "x"}).code == 0


def test_the_commands_run(place: Path, sandbox: RunningSandbox) -> None:
    """All lines of the shell blocks, in order; what asks is told to stop there."""
    env = {"GRAFANA_PASSWORD": "admin"}
    assert shell("cd /srv/grafana && dashkit backup -q -c prod", place, **env).returncode == 0
    ran = 0
    for line in "".join(blocks("sh")).splitlines():
        command = line.partition("#")[0].strip()
        if not command:
            continue
        done = shell(f"cd /srv/grafana && {command}", place, **env)
        # There is nothing to restore, and no push yet.
        expected = (0, 3) if command.startswith("dashkit rollback") else (0,)
        assert done.returncode in expected, f"{command}: {done.stdout}{done.stderr}"
        ran += 1
    assert ran > 9


def test_every_option_and_kind_that_the_page_names_exists() -> None:
    runner = CliRunner()
    helps = {
        name: runner.invoke(cli, [name, "--help"]).output
        for name in ("backup", "restore", "forget", "rollback", "push")
    }
    helps["archive"] = "".join(
        runner.invoke(cli, ["archive", name, "--help"]).output for name in ("list", "show", "verify", "diff", "extract")
    )
    known = set(re.findall(r"--[a-z-]+", "".join(helps.values())))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) - known == set()
    table = PAGE.split("| kind | notes |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) >= {kind.name for kind in KINDS}


def test_the_table_of_what_helps_names_commands_that_parse() -> None:
    for command in re.findall(r"`(dashkit (?:rollback|restore|archive)[^`]*)`", PAGE):
        words = shlex.split(command)[1:]
        result = CliRunner().invoke(cli, [*words, "--help"])
        assert result.exit_code == 0, command
