"""The memory of a process and its children together, for `scripts/bench`. Linux only."""

from __future__ import annotations

import os
import time
from pathlib import Path


def peak_of(child: int) -> int:
    """Wait for a child process, and return the most KB that it and its children had at a time, shared pages counted once."""
    peak = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        peak = max(peak, sum(map(_share, _family(child))))
        time.sleep(0.2)
    return peak


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
        except OSError:
            continue
    return found


def _share(process: int) -> int:
    """Return the KB of a process: its own pages, and its share of those it has in common."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
