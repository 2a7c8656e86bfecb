"""Every console session of the documentation runs, and prints what the page shows."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import ROOT
from tests.support.console import commands, differences

PAGES = [
    path
    for path in (ROOT / "README.md", ROOT / ".github/CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.exists() and any(command.shown for command in commands(path))
]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_session_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    if any("dashkit sandbox" in command.text for command in commands(page)):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert list(differences(page, folder, port)) == []
    else:
        with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as running:
            assert list(differences(page, folder, int(running.url.rpartition(":")[2]))) == []
