"""Evaluate Jsonnet that others wrote, in a process of its own with limits of time and memory.

The evaluator is `gojsonnet`, the Go implementation: it has releases for each Python, leaves it to its caller what an import may
read, and takes a fourth of the time and a sixth of the memory of the C++ one, which its authors advise against for files that
one does not trust.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from dashkit import _json
from dashkit.errors import InputError
from dashkit.importer import jsonnet_process
from dashkit.importer.jsonnet_errors import broken_down, input_error, too_long

#: How much of what a process says about its end is kept.
_LAST_WORDS = 64_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What an evaluation may take."""

    seconds: float = 60
    #: Bytes, on top of what the evaluator reserves; kept where the system knows such a limit.
    memory: int = 1 << 30
    #: Characters of the result, and bytes of a file that is imported.
    output: int = 64 << 20
    #: Calls within calls.
    stack: int = 500


DEFAULT = Limits()


def require_evaluator() -> None:
    """Raise `InputError` if the evaluator is not installed."""
    if find_spec("_gojsonnet") is None:
        hint = "pip install 'grafana-dashkit[jsonnet]'"
        raise InputError("reading Jsonnet needs the extra `jsonnet`, which is not installed", hint=hint)


def evaluate(
    path: Path,
    *,
    library_paths: Sequence[Path] = (),
    variables: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT,
) -> _json.Json:
    """Return the value of a Jsonnet file; of a mixin the dashboards, alerts and rules, even where these are hidden fields.

    A function is called without arguments. Imports are read below the project that the file belongs to (`project_of`) and
    below ``library_paths``, of which a later one goes first, as with the option -J of jsonnet; then follows the project's
    ``vendor``. Hidden files are not read, nor what a symbolic link has elsewhere.

    Args:
        variables: the texts that ``std.extVar`` gives.

    Raises:
        InputError: the file cannot be evaluated, with the place in it; it passes a limit; the evaluator is not installed.
    """
    require_evaluator()
    if not path.exists():
        raise InputError("does not exist", where=str(path))
    for library in library_paths:
        if not library.is_dir():
            raise InputError("is not a directory that imports could come from", where=str(library))
    project = project_of(path)
    request = {
        "file": str(path.parent.resolve() / path.name),
        "roots": [str(project), *(str(library.resolve()) for library in library_paths)],
        "libraries": [*(os.path.abspath(library) for library in reversed(library_paths)), str(project / "vendor")],
        "variables": dict(variables or {}), "memory": limits.memory, "output": limits.output, "stack": limits.stack,
        "cpu": int(limits.seconds * (os.cpu_count() or 1)) + 5,
    }  # fmt: skip
    kind, _, text = _said(_json.compact(request), limits, path).partition(b"\n")
    if kind == b"value":
        return _json.parse(text, where=str(path))
    raise input_error(_json.parse(text), path, project)


def project_of(path: Path) -> Path:
    """Return the directory that a Jsonnet file and its imports are in, without symbolic links.

    That is the nearest one with a ``jsonnetfile.json`` or a ``vendor`` in the same checkout, and the file's own if there is
    none. The home directory, and what is above it, is never a project.
    """
    folder = path.parent.resolve()
    home = Path(os.path.expanduser("~")).resolve()
    for parent in (folder, *folder.parents):
        if home.is_relative_to(parent):
            break
        if (parent / "jsonnetfile.json").is_file() or (parent / "vendor").is_dir():
            return parent
        if (parent / ".git").exists():
            break
    return folder


def _said(request: bytes, limits: Limits, path: Path) -> bytes:
    """Return what the process prints.

    Raises:
        InputError: it was ended because of a limit, or broke down.
    """
    # -P: nothing beside the reader is imported. Without the setting, Go says a page about its end.
    command = [sys.executable, "-P", jsonnet_process.__file__]
    environment, pipe = {**os.environ, "GOTRACEBACK": "none"}, subprocess.PIPE
    late, words = threading.Event(), bytearray()
    with subprocess.Popen(  # noqa: S603 - a script of ours
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True
    ) as process:
        stdin, stdout, stderr = (cast(IO[bytes], one) for one in (process.stdin, process.stdout, process.stderr))
        timer = threading.Timer(limits.seconds, _give_up, (process, late))
        listener = threading.Thread(target=_listen, args=(stderr, words))
        try:
            timer.start()
            listener.start()
            with suppress(BrokenPipeError), stdin:
                stdin.write(request)
            data = stdout.read(4 * limits.output + _LAST_WORDS)
            if not stdout.read(1):
                process.wait()
        finally:
            timer.cancel()
            _end(process)
            listener.join()
    if late.is_set():
        raise too_long(path, limits.seconds)
    if process.returncode:
        raise broken_down(bytes(words), path)
    return data


def _listen(stream: IO[bytes], words: bytearray) -> None:
    """Keep the end of what a process says, however much it is."""
    while chunk := os.read(stream.fileno(), _LAST_WORDS):
        words[:] = (words + chunk)[-_LAST_WORDS:]


def _give_up(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    if process.poll() is None:
        late.set()
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, and all that it started."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
