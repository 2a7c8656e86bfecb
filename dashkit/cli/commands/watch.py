"""``dashkit watch``."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib.util
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.watch import Request
    from dashkit.app.watch_source import Source
    from dashkit.app.watch_target import Target
    from dashkit.compiler.compile import Failure
    from dashkit.model.passes import Pass

#: Seconds for a whole project to compile.
_PATIENCE = 60
#: Seconds until Grafana is asked again, doubled each time.
_FIRST, _LONGEST = 1.0, 30.0
#: Seconds between two looks at whether Ctrl-C was pressed, where a long wait would not notice.
_LOOK = 0.5


@click.command(
    short_help="Push what changed after each save, to a Grafana for development.",
    epilog="""\b
Examples:
  dashkit watch                               the current context, such as that of dashkit sandbox
  dashkit watch --context dev                 another one
  dashkit watch --only dashboards/shop.py     part of the project
  dashkit watch --format json                 a line of JSON for each pass, for an editor
""",
)
@options.context
@options.only
@options.no_check
@options.common("text", "json")
def command(invocation: Invocation, **given: Any) -> int:
    """Push the whole project, then what changed after each save, until Ctrl-C.

    A save compiles the project and checks and pushes the dashboards that changed. What is broken is said, and pushed once
    it is mended. A dashboard that somebody edited in Grafana meanwhile is left alone until the source has the edit, and
    nothing is ever deleted. A context that is `protected` is refused.
    """
    if importlib.util.find_spec("watchfiles") is None:
        raise UsageError("watching needs the package watchfiles", hint="pip install 'grafana-dashkit[watch]'")
    from dashkit.app.watch import Request
    from dashkit.app.watch_source import watched
    from dashkit.app.watch_target import target_of
    from dashkit.web.saves import noticing

    request = Request(**given)
    target = target_of(request.context_name, invocation.ports)
    paths = watched(invocation.project)
    invocation.console.info(f"Pushing each save to {target.where}; press Ctrl-C to stop.")
    with contextlib.suppress(KeyboardInterrupt), noticing(lambda: tuple(paths)) as saved:
        shown = _Shown(invocation)
        for done in _passes(request, target, saved, paths, invocation):
            shown(done)
            if done.interrupted:
                break
    return ExitCode.OK


def _passes(
    request: Request, target: Target, saved: threading.Event, paths: list[Path], invocation: Invocation
) -> Iterator[Pass]:
    """Yield each pass: the first at once, one after each save, and one after a pause if Grafana did not answer.

    ``paths`` are what is watched; they become others if dashkit.yaml names others.
    """
    from dashkit.app.watch import State, attempt
    from dashkit.app.watch_report import fault_of
    from dashkit.app.watch_source import watched
    from dashkit.compiler.compile import Failure
    from dashkit.model.passes import Pass

    state, source, pause = State(), None, 0.0
    while True:
        started = time.monotonic()
        if source is None or saved.is_set():
            saved.clear()
            source = _read(request, target, saved, invocation)
        if source is None:
            continue  # saved again meanwhile
        if isinstance(source, Failure):
            done = Pass(faults=(fault_of(source),))
        else:
            paths[:] = watched(source.project)
            state, done = attempt(state, source, target, request, invocation.ports)
        yield replace(done, seconds=time.monotonic() - started)
        gc.collect()  # what dashkit otherwise does seldom, while nobody waits for it
        pause = min(pause * 2 or _FIRST, _LONGEST) if done.again else 0.0
        _wait(saved, pause)


def _read(request: Request, target: Target, saved: threading.Event, invocation: Invocation) -> Source | Failure | None:
    """Compile in a process of its own; return None if a save came meanwhile."""
    from dashkit.app.watch_source import read_source
    from dashkit.compiler.compile import Failure
    from dashkit.web.process import JobError, in_new_process

    alerts = target.context.evaluator == "grafana" and not request.only
    job = functools.partial(read_source, invocation.project.file, alerts=alerts)
    try:
        return in_new_process(job, _PATIENCE, saved)
    except EOFError:
        return Failure("dashboards", "a module ended the process that loaded it")
    except TimeoutError:
        return None if saved.is_set() else Failure("dashboards", f"a module did not load within {_PATIENCE} s")
    except JobError as error:
        return Failure("dashboards", str(error))


def _wait(saved: threading.Event, pause: float) -> None:
    """Wait for a save, or until the pause is over if there is one."""
    ends = time.monotonic() + pause if pause else float("inf")
    while not saved.wait(min(_LOOK, max(0.0, ends - time.monotonic()))) and time.monotonic() < ends:
        pass


class _Shown:
    """Shows passes, except those that only say again what the last one said since Grafana was asked once more."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._last: Pass | None = None

    def __call__(self, done: Pass) -> None:
        last, self._last = self._last, done
        waiting = bool(last and last.silent and done.silent)
        if last and last.again and _said(done) == _said(last):
            return
        invocation, now = self._invocation, datetime.now().astimezone()
        invocation.notify(done.warnings)
        from dashkit import _json
        from dashkit.report.passes import pass_data, pass_text

        if invocation.json:
            line = _json.compact(pass_data(done, when=now.isoformat(timespec="seconds")))
            invocation.console.out(line.decode())
        else:
            style, when = invocation.console.out_style, f"{now:%H:%M:%S}"
            invocation.console.lines(pass_text(done, style, when=when, verbose=invocation.verbose, waiting=waiting))
        invocation.console.flush()


def _said(done: Pass) -> Pass:
    """Return a pass without what differs each time: how long it took, and in which words the network failed."""
    return replace(done, seconds=0.0, silent="silent" if done.silent else "")
