"""Saves, as a thread that waits for them notices them."""

from __future__ import annotations

import threading
from pathlib import Path

from dashkit.web.saves import noticing


def settled(saved: threading.Event, module: Path) -> None:
    """Save until that is noticed, since watching begins a moment later, and wait until nothing more comes."""
    while not saved.wait(0.3):
        module.write_text("x = 1\n", encoding="utf-8")
    while saved.wait(0.7):
        saved.clear()


def test_files_that_editors_write_while_they_save_are_no_saves(tmp_path: Path) -> None:
    module = tmp_path / "shop.py"
    with noticing(lambda: [tmp_path]) as saved:
        settled(saved, module)
        for name in (
            "4913",
            ".shop.py.swp",
            "#shop.py#",
            ".#shop.py",
            "shop.py~",
            "shop.py.tmp",
            "__pycache__/shop.pyc",
        ):
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
        assert not saved.wait(0.7)
        module.write_text("x = 2\n", encoding="utf-8")
        assert saved.wait(10)


def test_the_thread_ends_with_its_block(tmp_path: Path) -> None:
    with noticing(lambda: [tmp_path]):
        assert "saves" in {thread.name for thread in threading.enumerate()}
    assert "saves" not in {thread.name for thread in threading.enumerate()}
