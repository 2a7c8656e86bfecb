"""What people see while they wait."""

from __future__ import annotations

import pytest

from dashkit.cli.console import Console, Progress
from dashkit.errors import InputError


def test_progress_shows_up_only_once_work_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = Progress(Console(), 2, "written")
    quick.step()
    quick.step()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("dashkit.cli.console._PATIENCE", 0)
    slow = Progress(Console(), 2, "written")
    slow.step()
    slow.step()
    assert capsys.readouterr().err.splitlines()[-1] == "2/2 written"
    silent = Progress(Console(quiet=True), 1, "written")
    silent.step()
    assert capsys.readouterr().err == ""


def test_a_failure_says_what_where_the_line_and_what_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    Console().failure(InputError("broken", where="a.py:3", excerpt="x = 1/0", hint="mend it"))
    assert capsys.readouterr().err.splitlines() == ["error: a.py:3: broken", "  | x = 1/0", "  -> mend it"]
