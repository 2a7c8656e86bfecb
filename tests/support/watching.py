"""A `dashkit watch` in a process of its own, whose output a test waits for."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds for a line to come, on a machine that is busy.
_PATIENCE = 60


class Watch:
    """The running process, and what it printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.printed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, text: str) -> str:
        """Wait for a line with this text, and return it."""
        while True:
            line = self._lines.get(timeout=_PATIENCE)
            assert line is not None, f"it ended, and never printed {text!r}: {self.printed}"
            self.printed.append(line)
            if text in line:
                return line

    def stop(self, number: int = signal.SIGINT) -> int:
        """Press Ctrl-C, and return the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(_PATIENCE)


@contextmanager
def watching(folder: Path, *arguments: str, env: dict[str, str]) -> Iterator[Watch]:
    """Run `dashkit watch` in a folder, as a terminal does: Ctrl-C reaches all its processes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dashkit", "watch", *arguments],
        cwd=folder, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield Watch(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
