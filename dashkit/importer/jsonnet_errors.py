"""What the evaluator of Jsonnet says went wrong, as errors with a place and a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashkit.errors import InputError

#: A place in a trace or before a message: ``a.libsonnet:3:5-9`` or ``a.libsonnet:(3:5)-(4:2)``.
_PLACE = r"(?P<file>[^\n]*?):(?:(?P<line>\d+):\d+(?:-\d+)?|\((?P<first>\d+):\d+\)-\(\d+:\d+\))"
_IN_FRONT = re.compile(f"{_PLACE} ")
_IN_TRACE = re.compile(f"{_PLACE}(?:\t|$)")
_STEP = re.compile(r'Field "(?P<field>.*)"|Array element (?P<index>\d+)')
#: What to do about some messages; {} is what the pattern finds.
_HINTS = (
    (re.compile("Undefined external variable: (.*)"), "--ext-str {}=VALUE sets it"),
    (
        re.compile("Missing argument: (.*)"),
        "a function is called without arguments: give {} a default, or import a file that calls it",
    ),
)
_LONGEST = 300
_BY_HAND = "what `jsonnet -J vendor FILE` prints can be imported as JSON"
_IMPORTS = {
    "absolute": ("has an absolute path", "name it relative to the file that imports it"),
    "outside": ("is outside of {project}, or hidden", "--jpath DIR lets imports come from another directory"),
    "missing": ("is in no directory that imports come from", "--jpath DIR adds one; `jb install` fills vendor/"),
    "link": ("is a link to a file in another directory, or hidden", "name the file itself"),
    "no file": ("is not a regular file", ""),
    "large": ("is too large", ""),
}


def input_error(said: Mapping[str, str], path: Path, project: Path) -> InputError:
    """Return the error for what `dashkit.importer.jsonnet_process` says of a file in a project."""
    if said["kind"] == "memory":
        return too_much_memory(path)
    if said["kind"] == "output":
        return InputError("its result is too large", where=str(path), hint="import the dashboards that it is made of")
    message, where = _message(said["text"], path)
    if said["kind"] == "import":
        what, hint = _IMPORTS.get(said["what"], (said["what"], ""))
        if said["name"] == said["file"]:
            return InputError(what, where=str(path), hint=hint)
        message = f"the import {said['name']!r} {what.format(project=_shown(project))}"
        return InputError(message, where=where, hint=hint)
    found = [(hint, match[1]) for pattern, hint in _HINTS if (match := pattern.fullmatch(message))]
    return InputError(message, where=where, hint=found[0][0].format(found[0][1]) if found else "")


def too_long(path: Path, seconds: float) -> InputError:
    """Return the error for a file that takes longer than this."""
    return InputError(f"was given up after {seconds:g} s of evaluation", where=str(path), hint=_BY_HAND)


def too_much_memory(path: Path) -> InputError:
    """Return the error for a file that takes more memory than it may."""
    return InputError(
        "takes too much memory to evaluate, or calls itself without an end", where=str(path), hint=_BY_HAND
    )


def broken_down(words: bytes, path: Path) -> InputError:
    """Return the error for a process that ended with these last words."""
    text = words.decode(errors="replace")
    if any(
        sign in text
        for sign in ("out of memory", "MemoryError", "stack overflow", "failed to reserve", "pthread_create")
    ):
        return too_much_memory(path)
    lines = [line for line in text.splitlines() if line.strip()]
    return InputError(f"the evaluator broke down: {_plain(lines[-1]) if lines else 'it said nothing'}", where=str(path))


def _message(text: str, path: Path) -> tuple[str, str]:
    """Return a message of the evaluator on one line, and the place that it is about."""
    message, *trace = text.removeprefix("RUNTIME ERROR: ").split("\n\t")
    where = next(_places(trace), str(path))
    while found := _IN_FRONT.match(message):
        where, message = _place(found), message[found.end() :]
    message = message.split("\n\n")[0]
    steps = [step for entry in trace if (step := _STEP.match(entry))]
    pointer = "".join(f"[{step['index']}]" if step["index"] else f".{step['field']}" for step in reversed(steps))
    if pointer and where == str(path):
        message = f"{message} (in {pointer.lstrip('.')})"
    return _plain(message), where


def _places(trace: list[str]) -> Iterator[str]:
    """Yield the places of a trace that are in files, innermost first."""
    for entry in trace:
        found = _IN_TRACE.match(entry)
        if found and not found["file"].startswith("<"):
            yield _place(found)


def _place(found: re.Match[str]) -> str:
    return f"{_shown(Path(found['file']))}:{found['line'] or found['first']}"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) and path != here else str(path)


def _plain(text: str) -> str:
    """Return text on one line that is not too long, without control characters."""
    line = " ".join(text.split())
    line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
