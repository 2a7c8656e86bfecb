"""What a rule is: an id, a severity, the kind of thing it looks at, and a function that yields findings.

A project's own rules are made the same way, in a module that ``check.own_rules`` of dashkit.yaml names::

    from collections.abc import Iterator
    from dashkit.lint.rule import Finding, rule
    from dashkit.lint.subjects import Panel
    from dashkit.model.problem import Severity

    @rule("TEAM001", Severity.WARNING, on=Panel)
    def owner_in_description(panel, facts) -> Iterator[Finding]:
        '''The description of a panel names a team.'''
        if "team:" not in panel.description:
            yield Finding("the description names no team")
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.model.problem import Severity

_ID = re.compile(r"[A-Z]{2,8}\d{3}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of the thing it looked at.

    ``span`` is a part of a query's text; ``pointer`` continues the one of the thing (``/fieldConfig/defaults/unit``).
    ``severity`` is given where it differs from the rule's own. ``panel`` is the panel it is about, where the thing is a
    whole dashboard.
    """

    message: str
    hint: str = ""
    span: tuple[int, int] | None = None
    pointer: str = ""
    severity: Severity | None = None
    panel: Any = None


#: Rules on a whole `Project` yield pairs: the thing a finding is about, and the finding.
Check = Callable[[Any, Any], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``doc`` is the docstring of its function (else its module): what it finds, why, a bad and a good example."""

    id: str
    name: str
    severity: Severity
    on: type
    check: Check
    doc: str
    #: The module that defines it.
    module: str = ""

    @property
    def title(self) -> str:
        """The first line of its documentation."""
        return self.doc.partition("\n")[0].rstrip(".").replace("``", "`")


def rule(id: str, severity: Severity, *, on: type) -> Callable[[Check], Rule]:  # noqa: A002 - it is the rule's id
    """Make a function ``(thing, facts) -> findings`` a rule; ``on`` is a class of `dashkit.lint.subjects`.

    Raises:
        ValueError: an id that is not letters and three digits, or no docstring anywhere.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"rule id {id!r}: two to eight capital letters and three digits, such as TEAM001")

    def make(function: Check) -> Rule:
        # dashkit's own have a file each, and say it at its top.
        doc = inspect.getdoc(function) or inspect.cleandoc(function.__globals__.get("__doc__") or "")
        if not doc:
            raise ValueError(f"rule {id} has no docstring: say what it finds, and why")
        return Rule(
            id, getattr(function, "__name__", id).replace("_", "-"), severity, on, function, doc, function.__module__
        )

    return make
