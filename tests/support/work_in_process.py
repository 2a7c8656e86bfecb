"""Work that tests of `dashkit._process` do in other processes."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

_calls = 0


def work(data: bytes) -> bytes:
    """Do what the data says."""
    global _calls
    _calls += 1
    what, _, rest = data.decode().partition(" ")
    if what == "count":
        return str(_calls).encode()
    if what == "about":
        return f"{Path.cwd()} {os.environ.get('DASHKIT_TEST_WORK')}".encode()
    if what == "double":
        return data * 2
    if what == "print":
        os.write(1, f"{rest}\n".encode())
    if what == "raise":
        raise ValueError(rest)
    if what == "odd":
        raise ValueError("no text: \udcff")
    if what == "thread":
        threading.Thread(target=time.sleep, args=(600,)).start()
        return str(os.getpid()).encode()
    if what == "end":
        os._exit(3)
    if what == "leave":
        sys.exit("enough")
    if what == "hang":
        return _hang(Path(rest))
    return b""


def _hang(marker: Path) -> bytes:
    marker.write_text(str(os.getpid()))
    try:
        time.sleep(600)
    finally:
        marker.with_suffix(".cleaned").touch()
    return b""
