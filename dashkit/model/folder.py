"""Folders are named by their path of titles; their uid is derived from it."""

from __future__ import annotations

import hashlib
import re

from dashkit.model.dashboard import FolderPath


def parse_folder(text: str) -> FolderPath:
    """``"A / B"`` and ``"A/B"`` are both ``("A", "B")``; ``""`` and ``"General"`` are the root."""
    parts = tuple(part.strip() for part in text.split("/") if part.strip())
    return () if parts in ((), ("General",)) else parts


def folder_title(directory: str) -> str:
    """The title for a directory of dashboard modules: ``"data_platform"`` is ``"Data platform"``."""
    words = re.sub(r"[-_]+", " ", directory).strip()
    return words[:1].upper() + words[1:]


def folder_slug(title: str) -> str:
    """A title as a name for a directory."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "folder"


def folder_uid(path: FolderPath) -> str:
    """The uid dashkit gives the folder at ``path``: readable, and at most 40 characters, Grafana's limit."""
    text = "\n".join(path)  # a title may hold a slash
    tail = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{'-'.join(folder_slug(part) for part in path)[:31].strip('-')}-{tail}"


def folder_text(path: FolderPath) -> str:
    """A path for people; the root is called what Grafana calls it."""
    return " / ".join(path) if path else "General"
