"""A check-up as a table, JSON values and JUnit XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from dashkit.doctor.row import Row, State
from dashkit.report.ci_formats import junit_document
from dashkit.report.problems import one_line, safe
from dashkit.report.style import Style, plain

_COLOURS = {State.FAILED: "red", State.WARNING: "yellow", State.SKIPPED: "dim", State.OK: "green"}
_PLURALS = {State.WARNING: "warnings"}
#: Wider names of checks do not push the evidence of all others to the right.
_WIDEST = 40


def rows_text(rows: Sequence[Row], style: Style = plain, *, quiet: bool = False) -> Iterator[str]:
    """Yield the rows under the names of their parts, each with its mend on a line of its own, and the counts at the end.

    With ``quiet``, only failures and warnings are shown, and nothing without any.
    """
    shown = [row for row in rows if not quiet or row.state in (State.FAILED, State.WARNING)]
    wide = max(len(state.value) for state in State)
    width = max((len(row.check) for row in shown if len(row.check) <= _WIDEST), default=0)
    for number, part in enumerate(dict.fromkeys(row.part for row in shown)):
        if number:
            yield ""
        yield style(part, "bold")
        for row in shown:
            if row.part == part:
                state = style(f"{row.state.value:<{wide}}", _COLOURS[row.state])
                yield f"  {state}  {safe(row.check):<{width}}  {one_line(safe(row.evidence))}"
                if row.mend:
                    yield f"  {'':<{wide}}  {style('->', 'cyan')} {one_line(safe(row.mend))}"
    if shown:
        yield ""
        yield counts_text(rows)


def counts_text(rows: Iterable[Row]) -> str:
    """Return how many rows have each state, the best first: ``12 ok, 1 warning, 1 failed``."""
    counts = Counter(row.state for row in rows)
    order = (State.OK, State.SKIPPED, State.WARNING, State.FAILED)
    return ", ".join(f"{counts[state]} {_word(state, counts[state])}" for state in order if counts[state])


def _word(state: State, number: int) -> str:
    return state.value if number == 1 else _PLURALS.get(state, state.value)


def rows_data(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the rows and the counts as JSON values."""
    counts = Counter(row.state for row in rows)
    entries = [
        {"part": row.part, "check": row.check, "state": row.state.value, "evidence": row.evidence, "mend": row.mend}
        for row in rows
    ]
    return {"rows": entries, "counts": {state.value: counts[state] for state in State}}


def junit(rows: Sequence[Row]) -> str:
    """Return a test case for each row. Warnings pass, and are in its output."""
    counts = Counter(row.state for row in rows)
    suite = ElementTree.Element(
        "testsuite", name="dashkit doctor", tests=str(len(rows)), failures=str(counts[State.FAILED]), errors="0",
        skipped=str(counts[State.SKIPPED]),
    )  # fmt: skip
    for row in rows:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"dashkit.doctor.{row.part}", name=one_line(row.check)
        )
        evidence = one_line(row.evidence)
        if row.state is State.FAILED:
            failure = ElementTree.SubElement(case, "failure", type=row.state.value, message=evidence)
            failure.text = one_line(row.mend)
        elif row.state is State.SKIPPED:
            ElementTree.SubElement(case, "skipped", message=evidence)
        else:
            mend = f" ({row.mend})" if row.mend else ""
            ElementTree.SubElement(case, "system-out").text = one_line(f"{row.state.value}: {row.evidence}{mend}")
    return junit_document(suite)
