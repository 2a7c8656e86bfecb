"""Compile imported modules in a process of their own, which has nothing of what wrote them, and say what they make.

That process gets the name of a folder, compiles what is in its ``dashboards``, and answers with a JSON object: the digest of each
dashboard by the path of its module, and what went wrong with the others.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit._process import WorkError, in_new_process
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
    try:
        answer = in_new_process(__name__, os.fsencode(folder))
    except (WorkError, EOFError) as error:
        return Compiled({}, {"": str(error) or "the process that compiled them ended"})
    found = _json.parse(answer, where="the modules that were written")
    return Compiled(found["digests"], found["failures"])


def work(data: bytes) -> bytes:
    """Compile the modules below a folder in this process, and return what they make."""
    folder = Path(os.fsdecode(data))
    digests: dict[str, str] = {}
    failures: dict[str, str] = {}
    for result in compile_modules(Sources(folder, (folder / ROOT,))):
        if isinstance(result, CompiledDashboard):
            dashboard = result.uid, result.spec
            form = dynamic_canonical(dynamic(*dashboard)) if result.schema else canonical(result.spec)
            digests[result.source.path] = digest(form)
        else:
            failures[result.path] = result.message
    return _json.compact({"digests": digests, "failures": failures})
