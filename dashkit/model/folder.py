"""Folders, named by their path of titles. Their uid is derived from the path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from difflib import get_close_matches

from dashkit.model.dashboard import FolderPath


def parse_folder(text: str) -> FolderPath:
    """Parse a path: ``"A / B"`` and ``"A/B"`` are both ``("A", "B")``; ``""`` and ``"General"`` are the root."""
    parts = tuple(part.strip() for part in text.split("/") if part.strip())
    return () if parts in ((), ("General",)) else parts


def find_folder(text: str, paths: Iterable[FolderPath]) -> FolderPath | None:
    """Return the path that a text names, as it is shown or with slashes only; None if there is none. Titles may have slashes."""
    known = set(paths)
    shown = {folder_text(path): path for path in known}
    parsed = parse_folder(text)
    return shown.get(text.strip(), parsed if parsed in known or not parsed else None)


def near_folders(text: str, paths: Iterable[FolderPath]) -> str:
    """Return a hint with the paths that are written almost like a text; empty if there are none."""
    near = get_close_matches(text, sorted(map(folder_text, paths)), n=3, cutoff=0.5)
    return f"there is {' and '.join(map(repr, near))}" if near else ""


def folder_title(directory: str) -> str:
    """Return the title for a directory of dashboard modules: ``"data_platform"`` is ``"Data platform"``."""
    words = re.sub(r"[-_]+", " ", directory).strip()
    return words[:1].upper() + words[1:]


def folder_slug(title: str) -> str:
    """Turn a title into a directory name."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "folder"


def folder_uid(path: FolderPath) -> str:
    """Return the uid that dashkit gives the folder at ``path``: readable, and within Grafana's limit of 40 characters."""
    text = "\n".join(path)  # a title may contain a slash
    tail = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{'-'.join(folder_slug(part) for part in path)[:31].strip('-')}-{tail}"


def folder_text(path: FolderPath) -> str:
    """Format a path for display. The root has Grafana's name for it."""
    return " / ".join(path) if path else "General"
