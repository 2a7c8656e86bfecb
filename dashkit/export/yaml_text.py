"""YAML files, with the same bytes for the same value."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Keeps long expressions on one line, and writes out repeated values."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(value: Any, *comments: str) -> bytes:
    """Return a value as YAML, its keys in their order, below the comments."""
    body = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)
    return ("".join(f"# {line}\n" for line in comments) + body).encode()
