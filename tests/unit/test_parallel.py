"""Work over all cores: in a process of its own, because a process with threads does not fork."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")


def ran(code: str) -> subprocess.CompletedProcess[str]:
    prelude = "import os, sys, threading\nfrom dashkit import _parallel\n_parallel._cores = lambda: 3\n"
    return subprocess.run(
        [sys.executable, "-c", prelude + textwrap.dedent(code)], capture_output=True, text=True, timeout=60, check=False
    )


def test_each_item_is_worked_on_once_and_the_first_share_here() -> None:
    done = ran(
        """
        shares = _parallel.over_cores(lambda share: (os.getpid(), list(share)), range(10))
        assert [found for _, found in shares] == [[0, 3, 6, 9], [1, 4, 7], [2, 5, 8]], shares
        assert shares[0][0] == os.getpid() and len({pid for pid, _ in shares}) == 3
        """
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_error_in_a_fork_is_raised_here() -> None:
    done = ran("_parallel.over_cores(lambda share: [1 / (item - 4) for item in share], range(10))")
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.count("Traceback") == 1


def test_a_fork_that_is_killed_costs_only_time() -> None:
    done = ran(
        """
        here = os.getpid()
        def work(share):
            if os.getpid() != here:
                os.kill(os.getpid(), 9)
            return list(share)
        print(sorted(sum(_parallel.over_cores(work, range(10)), [])) == list(range(10)))
        """
    )
    assert done.stdout == "True\n"


def test_an_error_here_leaves_no_fork_behind() -> None:
    done = ran(
        """
        import time
        here = os.getpid()
        def work(share):
            if os.getpid() == here:
                raise ValueError("here")
            time.sleep(50)
        try:
            _parallel.over_cores(work, range(10))
        except ValueError as error:
            print(error)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no child")
        """
    )
    assert done.stdout == "here\nno child\n"


def test_a_process_with_threads_does_not_fork() -> None:
    code = """
    import os, threading
    from dashkit import _parallel
    waits = threading.Event()
    threading.Thread(target=waits.wait).start()
    print([pid == os.getpid() for pid in _parallel.over_cores(lambda share: os.getpid(), range(10))])
    waits.set()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[True]\n"


def test_a_process_on_one_core_does_not_fork() -> None:
    code = "from dashkit import _parallel; print(_parallel.over_cores(list, range(3)))"
    core = min(os.sched_getaffinity(0))
    done = subprocess.run(
        ["taskset", "-c", str(core), sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[[0, 1, 2]]\n"


def test_a_process_that_ends_with_its_parent_does_all_by_itself() -> None:
    done = ran(
        """
        import multiprocessing
        def work():
            shares = _parallel.over_cores(lambda share: (os.getpid(), list(share)), range(10))
            print(shares == [(os.getpid(), list(range(10)))], flush=True)
        process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
        process.start()
        process.join()
        """
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
