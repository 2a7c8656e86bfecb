"""What ``dashkit import`` says of alert rules and routing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashkit.cli.invocation import Invocation
from dashkit.errors import DashkitError, ExitCode

if TYPE_CHECKING:
    from dashkit.app.import_rules import ImportedRules


def show_rules(results: Sequence[ImportedRules], invocation: Invocation, *, report: bool) -> None:
    """Say what became of each module of rules, and how many rules there are in all."""
    for one in results:
        if one.error is not None:
            invocation.console.failure(one.error)
        elif invocation.text:
            invocation.console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
            if report:
                invocation.console.out(f"    {_lines(one)}{_counts([one])}")
                for note in one.notes:
                    invocation.console.out(f"    {note}")
    if invocation.text and results:
        failed = sum(one.error is not None for one in results)
        done = [one for one in results if one.error is None]
        invocation.console.info(
            f"{_counts(done)} imported, equal to the source{f', {failed} failed' if failed else ''}"
        )


def _lines(one: ImportedRules) -> str:
    own, source = one.lines
    return f"{own} lines of {source}; " if source else f"{own} lines; "


def _counts(results: Sequence[ImportedRules]) -> str:
    from dashkit.model.words import counted

    alerts, records = sum(one.alerts for one in results), sum(one.recording_rules for one in results)
    return f"{counted(alerts, 'alert')} and {counted(records, 'recording rule')}"


def rules_data(one: ImportedRules) -> dict[str, Any]:
    """Return what became of a module of rules, for programs."""
    return {
        "source": one.source, "file": one.file, "equal": one.equal, "rules": one.alerts + one.recording_rules,
        "alerts": one.alerts, "recording_rules": one.recording_rules, "lines": one.lines[0], "notes": list(one.notes),
        "error": one.error.message if one.error else "",
    }  # fmt: skip


def exit_code(errors: Sequence[DashkitError | None]) -> int:
    """Return the exit code for what each source came to: that of the first error if all failed."""
    failed = [error for error in errors if error is not None]
    if not failed:
        return ExitCode.OK
    return ExitCode.PARTIAL if len(failed) < len(errors) else failed[0].code
