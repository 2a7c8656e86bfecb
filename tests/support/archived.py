"""What tests of backups ask of a server and of an archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dashkit._http import Connection, Settings
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program


def connection(running: RunningSandbox) -> Connection:
    return Connection(Settings(url=running.url, user="admin", password=Secret("admin")))


def shown(dashkit: Program, folder: Path, archive: str = "latest", env: dict[str, str] | None = None) -> dict[str, Any]:
    result = dashkit("archive", "show", archive, "--format", "json", cwd=folder, env=env)
    assert result.code == 0, result.err
    value: dict[str, Any] = json.loads(result.out)
    return value


def counts(data: dict[str, Any]) -> dict[str, int]:
    return {entry["kind"]: entry["objects"] for entry in data["kinds"]}
