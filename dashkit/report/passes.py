"""A pass of `dashkit watch`: a line for a terminal, with what needs attention below it, and a line of JSON for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.model.passes import Fault, Held, Pass, Pushed
from dashkit.model.words import counted
from dashkit.report.problems import problems_data, problems_text, safe
from dashkit.report.style import Style, plain

#: Up to this many are named with their addresses, more are counted.
_NAMED = 3


def pass_text(
    done: Pass, style: Style = plain, *, when: str, verbose: bool = False, waiting: bool = False
) -> Iterator[str]:
    """Yield the lines of a pass.

    Args:
        when: the time to put before it.
        verbose: name everything that was pushed, however much it is.
        waiting: it was said before that Grafana does not answer.
    """
    faulty = bool(done.faults or done.problems or done.silent)
    head = _head(done, style)
    if head or not (faulty or done.held):
        yield f"{style(when, 'dim')} {head or _nothing(done)}"
    if verbose and len(done.pushed) > _NAMED:
        yield from (f"    {_pushed(entry, style)}" for entry in done.pushed)
    for entry in done.held:
        yield from _held(entry, style, when)
    for fault in done.faults:
        yield from _fault(fault, style, when)
    for line in problems_text(done.problems, style):
        yield line if line.startswith(" ") else f"{style(when, 'dim')} {line}"
    if done.silent and not waiting:
        text = f"Grafana does not answer, and is asked again: {safe(done.silent)}"
        yield f"{style(when, 'dim')} {style(text, 'yellow')}"


def _head(done: Pass, style: Style) -> str:
    """Return what was pushed, and what left the source; an empty string if there is neither."""
    parts = []
    if done.pushed:
        few = len(done.pushed) <= _NAMED
        pushed = ", ".join(_pushed(entry, style) for entry in done.pushed) if few else _counts(done.pushed, style)
        parts.append(f"{pushed} in {done.seconds:.1f} s")
    if done.gone:
        stays = "stays" if len(done.gone) == 1 else "stay"
        parts.append(f"{', '.join(done.gone)} left the source and {stays} in Grafana (`dashkit push --prune` deletes)")
    if parts and done.still:
        parts.append(_still(done))
    return "; ".join(parts)


def _pushed(entry: Pushed, style: Style) -> str:
    kind = "" if entry.kind == "dashboard" else f"{entry.kind} "
    name = entry.title if kind else entry.uid
    return (
        f"{style('created' if entry.created else 'updated', 'green')} {kind}{style(safe(name), 'bold')} {entry.address}"
    )


def _counts(pushed: Sequence[Pushed], style: Style) -> str:
    """Return how many of each were pushed, and the address of the page that lists dashboards."""
    created = sum(entry.created for entry in pushed)
    counts = ((created, "created"), (len(pushed) - created, "updated"))
    text = ", ".join(f"{count} {word}" for count, word in counts if count)
    address = next((entry.address.rpartition("/d/")[0] for entry in pushed if "/d/" in entry.address), "")
    return f"{style(text, 'green')} {address}/dashboards" if address else style(text, "green")


def _nothing(done: Pass) -> str:
    parts = [f"nothing to push: {counted(done.same, 'dashboard')} unchanged"]
    return "; ".join([*parts, *([_still(done)] if done.still else [])])


def _still(done: Pass) -> str:
    return f"still left alone: {', '.join(done.still)}"


def _held(entry: Held, style: Style, when: str) -> Iterator[str]:
    name = entry.title if entry.kind != "dashboard" else entry.uid
    kind = "" if entry.kind == "dashboard" else f"{entry.kind} "
    yield f"{style(when, 'dim')} {style('left alone', 'yellow')} {kind}{style(safe(name), 'bold')}: {safe(entry.reason)}"
    if entry.hint:
        yield f"    {style('->', 'cyan')} {safe(entry.hint)}"


def _fault(fault: Fault, style: Style, when: str) -> Iterator[str]:
    place = f"{style(safe(fault.where), 'bold')}: " if fault.where else ""
    yield f"{style(when, 'dim')} {place}{style('error:', 'red')} {safe(fault.message)}"
    if fault.excerpt:
        yield f"    {style('|', 'dim')} {safe(fault.excerpt)}"
    if fault.hint:
        yield f"    {style('->', 'cyan')} {safe(fault.hint)}"


def pass_data(done: Pass, *, when: str) -> dict[str, Any]:
    """Return a pass as a JSON value; ``when`` is its time (RFC 3339)."""
    return {
        "time": when,
        "pushed": [
            {"kind": one.kind, "uid": one.uid, "title": one.title, "created": one.created, "url": one.address}
            for one in done.pushed
        ],
        "unchanged": done.same,
        "left_alone": [dataclasses.asdict(one) for one in done.held],
        "still_left_alone": list(done.still),
        "errors": [dataclasses.asdict(one) for one in done.faults],
        "problems": problems_data(done.problems),
        "gone_from_source": list(done.gone),
        "warnings": list(done.warnings),
        "no_answer": done.silent,
        "seconds": round(done.seconds, 3),
    }
