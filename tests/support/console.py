"""Run the console sessions of a page, and compare what they print with what the page shows.

A page is one session: its ``console`` blocks run in order in one shell, in an empty directory. A block with a title, such as
```` ```python title="dashboards/checkout.py" ````, is a file that the reader writes at that point. A line ``...`` stands for any
lines, ``...`` inside a line for any text. Times, sizes and names that follow from the clock may differ.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

_BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: What differs from run to run.
_VOLATILE = re.compile(
    r"\d{8}T\d{6}Z(-[0-9a-f]{4}\b)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?|\d+(\.\d+)? [kM]?B\b|\d+\.\d s\b|just now|\d+ s ago|(?m:^)\d\d:\d\d:\d\d\b"
)
_END = "--- end of a command ---"
#: The sandbox of the pages listens on 3000, the one of a test on a free port: in commands, in dashkit.yaml and in what is printed.
_PRELUDE = """
dashkit() {
  command dashkit "${@//3000/$PORT}"
  local code=$?
  for file in dashkit.yaml */dashkit.yaml; do [ ! -f "$file" ] || sed -i "s/127.0.0.1:3000/127.0.0.1:$PORT/" "$file"; done
  return $code
}
python() { command python "${@//3000/$PORT}"; }
curl() { command curl -sS "${@//3000/$PORT}"; }
listens() { for _ in $(seq 100); do (: < /dev/tcp/127.0.0.1/$PORT) 2> /dev/null && return; sleep 0.1; done; }
"""


@dataclass(frozen=True)
class Command:
    """A command of a page with the output that the page shows for it."""

    text: str
    shown: tuple[str, ...]


def commands(page: Path) -> list[Command]:
    """Return the commands of a page's session, in order; a titled block becomes a command that writes the file."""
    found: list[Command] = []
    for language, title, block in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if title:
            folder = Path(title).parent
            found.append(Command(f"mkdir -p {folder}; cat > {title} <<'END_OF_FILE'\n{block}END_OF_FILE", ()))
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] if language == "console" else ():
            lines = part.rstrip("\n").split("\n")
            length = 1
            while lines[length - 1].endswith("\\") and length < len(lines):
                length += 1
            found.append(Command("\n".join(lines[:length]), tuple(lines[length:])))
    return found


def differences(page: Path, folder: Path, port: int) -> Iterator[str]:
    """Run the page's session in ``folder``; yield what a command printed where the page shows something else."""
    session = commands(page)
    script = [_PRELUDE]
    for command in session:
        script += [command.text, "listens" if command.text.endswith("&") else "", f"echo; echo '{_END}'"]
    # An environment into which dashkit was installed, or the checkout itself.
    installed = os.environ.get("DASHKIT_TEST_BIN")
    names = ("HOME", "LANG", "TMPDIR", "TZ")
    environ = {name: os.environ[name] for name in names if name in os.environ}
    environ |= {
        "PATH": f"{installed or Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        **({} if installed else {"PYTHONPATH": str(ROOT)}),
    }
    shell = subprocess.Popen(
        ["bash", "-c", "\n".join(script) + "\nkill $(jobs -p) 2> /dev/null; true"],
        cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = shell.communicate(timeout=300)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)  # what the page leaves running
    printed = output.replace(f":{port}", ":3000").replace(f"--port {port}", "--port 3000").split(f"{_END}\n")
    for command, output in zip(session, printed, strict=False):
        if not _same("\n".join(command.shown), output):
            yield f"$ {command.text}\nthe page shows:\n{chr(10).join(command.shown)}\nit printed:\n{output}"
    if len(printed) <= len(session):
        yield f"the session ended early: {printed[-1]}"


def _same(shown: str, printed: str) -> bool:
    want, got = (_VOLATILE.sub("<any>", text).strip("\n") + "\n" for text in (shown, printed))
    return want == got or doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)
