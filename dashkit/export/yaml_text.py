"""YAML as the exports write it: the same bytes for the same value."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Keeps long expressions on one line, and writes out repeated values."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text(value: Any, note: str, *, sort_keys: bool = False) -> bytes:
    """Return YAML below a comment. Keys keep their order, unless they are sorted."""
    body = yaml.dump(value, Dumper=_Dumper, sort_keys=sort_keys, width=10_000, allow_unicode=True)
    return f"# {note}\n{body}".encode()
