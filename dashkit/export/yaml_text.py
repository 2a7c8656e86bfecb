"""YAML as the exports write it: the same bytes for the same value, and texts that no reader takes for something else."""

from __future__ import annotations

import re
from typing import Any

import yaml

#: Texts that readers in Go (Kubernetes, Grafana, Prometheus) take for a number or a truth value, and PyYAML does not.
_ODD = r"[yYnN]|[-+]?(0[xXoObB][0-9a-fA-F_]+|\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?)"


class _Dumper(yaml.SafeDumper):
    """Keeps long expressions on one line, and writes out repeated values."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# A text that is not plainly a text gets quotes.
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(f"^({_ODD})$"), list("yYnN-+.0123456789"))


def text(value: Any, note: str, *, sort_keys: bool = False) -> bytes:
    """Return YAML below a comment. Keys keep their order, unless they are sorted."""
    body = yaml.dump(value, Dumper=_Dumper, sort_keys=sort_keys, width=10_000, allow_unicode=True)
    return f"# {note}\n{body}".encode()
