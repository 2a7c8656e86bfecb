"""The process that evaluates one Jsonnet file, with limits that the file cannot lift.

`dashkit.importer.jsonnet` starts it as a script. It imports nothing of dashkit, and reads what to do as a JSON object from its
input: the keys are the arguments of `evaluated`. What it prints is a line, ``value`` or ``error``, and then the JSON text of the
value, or of an object that says what went wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

#: What asks for the file. Places in it mean nothing to a reader.
WRAPPER = "<dashkit>"
#: The fields of a mixin, which are hidden in many of them. Where there are any, nothing else is of interest: much of what a
#: mixin has beside them cannot be JSON.
FIELDS = ("grafanaDashboards", "grafanaDashboardFolder", "prometheusAlerts", "prometheusRules")
_SNIPPET = """
local given = import %s;
local value = if std.isFunction(given) then given() else given;
local fields = if std.isObject(value) then [name for name in %s if std.objectHasAll(value, name)] else [];
if fields == [] then value else {[name]: value[name] for name in fields}
"""


def evaluated(
    file: str, roots: Sequence[str], libraries: Sequence[str], variables: dict[str, str], memory: int, cpu: int,
    output: int, stack: int,
) -> tuple[str, str]:  # fmt: skip
    """Return ``value`` and its JSON text, or ``error`` and that of an object with its ``kind`` and what belongs to that.

    Args:
        file: what to evaluate, absolute.
        roots: the directories that files are read below, absolute and without symbolic links.
        libraries: where to look for what is not beside the file that imports it, in this order.
        variables: the texts that ``std.extVar`` gives.
        memory: bytes on top of what the evaluator reserves by itself.
        cpu: seconds, in case nobody is left to end this process.
        output: the most that the JSON text, and a file that is imported, may have, in characters and bytes.
        stack: how deep calls may be.
    """
    import _gojsonnet

    faults: list[dict[str, str]] = []
    read = _reader(file, tuple(roots), tuple(libraries), output, faults)
    snippet = _SNIPPET % (json.dumps(file, ensure_ascii=False), json.dumps(FIELDS))
    _gojsonnet.evaluate_snippet(WRAPPER, "{}")  # reserves what the limit is to leave alone
    _limit(memory, cpu)
    try:
        text = _gojsonnet.evaluate_snippet(WRAPPER, snippet, max_stack=stack, ext_vars=variables, import_callback=read)
    except MemoryError:
        return "error", json.dumps({"kind": "memory"})
    except (RuntimeError, ValueError) as error:
        found = faults[-1] if faults else {"kind": "jsonnet"}
        # 0.22 does not end the text of a refused import, so that what is behind it may be no text.
        text = error.object.decode(errors="replace") if isinstance(error, UnicodeDecodeError) else str(error)
        return "error", json.dumps({**found, "file": file, "text": text})
    if len(text) > output:
        return "error", json.dumps({"kind": "output"})
    return "value", text


def _limit(memory: int, cpu: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as stream:
            taken = int(stream.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


class _RefusedError(Exception):
    """An import that is not carried out; what went wrong is its argument."""


def _reader(
    file: str, roots: tuple[str, ...], libraries: tuple[str, ...], most: int, faults: list[dict[str, str]]
) -> Callable[[str, str], tuple[str, bytes]]:
    """Return a function that reads what an import names. It adds what it refuses to ``faults``."""

    def read(folder: str, name: str) -> tuple[str, bytes]:
        try:
            if name == file:
                if not _within(file, roots):
                    raise _RefusedError("link")
                return file, _content(file, most)
            return _imported(name, (folder, *libraries), roots, most)
        except (_RefusedError, OSError) as error:
            what = error.args[0] if isinstance(error, _RefusedError) else f"cannot be read: {error.strerror}"
            faults.append({"kind": "import", "name": name, "what": what})
            raise RuntimeError(what) from None

    return read


def _imported(name: str, folders: tuple[str, ...], roots: tuple[str, ...], most: int) -> tuple[str, bytes]:
    if os.path.isabs(name):
        raise _RefusedError("absolute")
    refused = "missing"
    for folder in folders:
        path = os.path.normpath(os.path.join(folder, name))
        if not _within(path, roots):
            refused = "outside"
        elif os.path.exists(path):
            return path, _content(path, most)
    raise _RefusedError(refused)


def _within(path: str, roots: tuple[str, ...]) -> bool:
    """Return whether a path is below one of the roots once links are followed, and neither hidden nor in a hidden directory."""
    real = os.path.realpath(path)
    inside = [real[len(root) :].split(os.sep) for root in roots if os.path.commonpath((real, root)) == root]
    return any(not any(part.startswith(".") for part in parts) for parts in inside)


def _content(path: str, most: int) -> bytes:
    real = os.path.realpath(path)
    if not os.path.isfile(real):
        raise _RefusedError("no file")
    if os.path.getsize(real) > most:
        raise _RefusedError("large")
    with open(real, "rb") as stream:
        return stream.read()


def main() -> None:
    """Read what to do, and print what came of it."""
    request: dict[str, Any] = json.load(sys.stdin.buffer)
    kind, text = evaluated(**request)
    sys.stdout.buffer.write(f"{kind}\n{text}".encode(errors="replace"))


if __name__ == "__main__":
    main()
