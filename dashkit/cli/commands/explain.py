"""``dashkit explain``."""

from __future__ import annotations

import difflib

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError


@click.command(
    short_help="Explain a rule of the check.",
    epilog="""\b
Examples:
  dashkit explain           list all rules
  dashkit explain DK317     explain one, with a bad and a good example
""",
)
@click.argument("rule", required=False)
@options.common("text", "json")
def command(invocation: Invocation, rule: str | None) -> int:
    """Print the documentation of a rule, given its id or name.

    Without RULE, list all rules, including the project's own.
    """
    from dashkit.app.check import rules_of
    from dashkit.lint.examples import documentation

    console, rules = invocation.console, rules_of(invocation.project)
    if rule is None:
        if invocation.json:
            console.json(
                [
                    {"id": entry.id, "name": entry.name, "severity": rules.severity(entry).word, "title": entry.title}
                    for entry in rules.rules
                ]
            )
        else:
            for entry in rules.rules:
                console.out(f"{entry.id}  {rules.severity(entry).word:7}  {entry.title}")
        return ExitCode.OK
    found = next((entry for entry in rules.rules if rule.upper() == entry.id or rule.lower() == entry.name), None)
    if found is None:
        names = [name for entry in rules.rules for name in (entry.id, entry.name)]
        near = difflib.get_close_matches(rule, names, n=1, cutoff=0.85 if rule[-1:].isdigit() else 0.6)
        raise UsageError(
            f"there is no rule {rule!r}", hint=f"dashkit explain {near[0]}" if near else "list them: dashkit explain"
        )
    if invocation.json:
        severity = rules.severity(found).word
        console.json({"id": found.id, "name": found.name, "severity": severity, "doc": documentation(found)})
    else:
        style = console.out_style
        console.out(f"{style(found.id, 'bold')} {found.name} ({rules.severity(found).word})\n")
        console.out(documentation(found))
    return ExitCode.OK
