"""Work in a process of its own, forked and started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashkit import _process
from dashkit._process import WorkError, in_new_process
from tests.conftest import ROOT

WORK = "tests.support.work_in_process"


@pytest.fixture(params=[True, False], ids=["forked", "started"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways to a new process."""
    monkeypatch.setattr(_process, "_CAN_FORK", request.param)
    return bool(request.param)


@pytest.mark.usefixtures("way")
def test_nothing_is_left_of_earlier_work() -> None:
    assert [in_new_process(WORK, b"count") for _ in range(2)] == [b"1", b"1"]


@pytest.mark.usefixtures("way")
def test_the_process_is_where_this_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_new_process(WORK, b"count")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DASHKIT_TEST_WORK", "given later")
    assert in_new_process(WORK, b"about").decode() == f"{tmp_path} given later"


@pytest.mark.usefixtures("way")
def test_much_data_goes_and_comes_whole() -> None:
    data = b"double " + bytes(3_000_000)
    assert in_new_process(WORK, data) == data * 2


@pytest.mark.usefixtures("way")
def test_an_exception_is_named_and_the_end_of_a_process_is_told_apart() -> None:
    with pytest.raises(WorkError, match=r"^ValueError: of no use$"):
        in_new_process(WORK, b"raise of no use")
    for end in (b"end", b"leave"):
        with pytest.raises(EOFError):
            in_new_process(WORK, end)
    assert in_new_process(WORK, b"count") == b"1"


def test_what_is_printed_goes_to_stderr_only_if_it_is_for_the_reader(capfd: pytest.CaptureFixture[str]) -> None:
    in_new_process(WORK, b"print one", printing=True)
    in_new_process(WORK, b"print two")
    assert capfd.readouterr() == ("", "one\n")


@pytest.mark.usefixtures("way")
def test_work_that_is_not_wanted_any_more_is_ended_and_cleans_up(tmp_path: Path, way: bool) -> None:
    marker = tmp_path / "marker"
    with pytest.raises(TimeoutError):
        in_new_process(WORK, f"hang {marker}".encode(), wanted=lambda: not _has_begun(marker))
    _wait_for_the_end_of(int(marker.read_text()))
    assert marker.with_suffix(".cleaned").exists() is way


def _has_begun(marker: Path) -> bool:
    return marker.exists() and bool(marker.read_text())


def _wait_for_the_end_of(pid: int) -> None:
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} goes on")


def test_several_threads_get_their_own_answers() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: in_new_process(WORK, f"double {number}".encode()), range(12)))
    assert answers == [f"double {number}".encode() * 2 for number in range(12)]


def test_a_message_may_be_of_any_characters() -> None:
    with pytest.raises(WorkError, match=r"no text: \\udcff"):
        in_new_process(WORK, b"odd")


def test_threads_of_the_work_do_not_go_on() -> None:
    _wait_for_the_end_of(int(in_new_process(WORK, b"thread")))


def test_work_may_be_unwanted_before_all_is_loaded() -> None:
    with pytest.raises(TimeoutError):
        in_new_process(WORK, b"count", also=("tests.support.slow_to_load",), wanted=lambda: False)


def test_nothing_is_lost_where_there_is_no_stderr() -> None:
    code = (
        "import os\n"
        "os.close(2)\n"
        "from dashkit._process import in_new_process\n"
        f"print(len(in_new_process({WORK!r}, b'print ' + b'x' * 1_000_000, printing=True)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "0\n"


def test_the_process_that_is_forked_may_be_ended_and_ends_with_this_one() -> None:
    code = (
        "import os, pathlib, signal\n"
        "from dashkit import _process\n"
        f"ask = lambda: _process.in_new_process({WORK!r}, b'count')\n"
        "children = lambda: pathlib.Path(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read_text().split()\n"
        "print(ask())\n"
        "child = int(children()[0])\n"
        "os.kill(child, signal.SIGKILL)\n"
        "os.waitpid(child, 0)\n"
        "print(ask())\n"
        "print(children()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *said, last = done.stdout.split()
    assert said == ["b'1'", "b'1'"]
    assert done.stderr == ""
    _wait_for_the_end_of(int(last))
