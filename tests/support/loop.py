"""Run coroutines in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run(steps: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: that of the tests may have the loop of a browser."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, steps).result()
