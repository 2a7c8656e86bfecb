"""Compile imported modules in a process of their own, which has nothing of what wrote them, and say what they make.

``python -m dashkit.importer.fresh FOLDER`` compiles ``FOLDER/dashboards`` and prints a JSON object: the digest of each dashboard
by the path of its module, and what went wrong with the others.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit._process import run_module
from dashkit.compiler.compile import Sources, compile_modules
from dashkit.model.dashboard import CompiledDashboard
from dashkit.quiet.canonical import canonical
from dashkit.quiet.dynamic import dynamic, dynamic_canonical

ROOT = "dashboards"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What modules make: digests by path, and messages by path."""

    digests: Mapping[str, str]
    failures: Mapping[str, str]


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder for the modules of a proof, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dashkit-import-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def digest(spec: dict[str, Any]) -> str:
    """Return the digest of a document in the form of `dashkit.quiet.canonical`, or of `dashkit.importer.dynamic`."""
    return _json.digest(spec)


def compiled(folder: Path) -> Compiled:
    """Compile the modules below ``folder`` in a fresh process."""
    done = run_module(__name__, str(folder))
    if done.returncode:
        return Compiled({}, {"": done.stderr.decode(errors="replace").strip()})
    found = _json.parse(done.stdout, where="the modules that were written")
    return Compiled(found["digests"], found["failures"])


def main(folder: Path) -> None:
    """Compile the modules below ``folder``, and print what they make."""
    digests: dict[str, str] = {}
    failures: dict[str, str] = {}
    for result in compile_modules(Sources(folder, (folder / ROOT,))):
        if isinstance(result, CompiledDashboard):
            dashboard = result.uid, result.spec
            form = dynamic_canonical(dynamic(*dashboard)) if result.schema else canonical(result.spec)
            digests[result.source.path] = digest(form)
        else:
            failures[result.path] = result.message
    sys.stdout.buffer.write(_json.compact({"digests": digests, "failures": failures}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
