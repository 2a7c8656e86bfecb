"""What a rule is: an id, a severity, the kind of element it looks at, and a function that yields findings."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.model.problem import Severity

_ID = re.compile(r"[A-Z]{2,8}\d{3}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about the element it looked at.

    ``span`` marks a part of a query's text; ``pointer`` continues the element's own (``/fieldConfig/defaults/unit``).
    ``severity`` overrides the rule's own for this finding. ``panel`` names the panel to blame, where the element is a
    whole dashboard.
    """

    message: str
    hint: str = ""
    span: tuple[int, int] | None = None
    pointer: str = ""
    severity: Severity | None = None
    panel: Any = None


#: Rules on a whole `Project` yield pairs: the element to blame, and the finding.
Check = Callable[[Any, Any], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``doc`` is the docstring of its function: what the rule finds, and why that matters."""

    id: str
    name: str
    severity: Severity
    on: type
    check: Check
    doc: str
    #: Name of the module that defines the rule.
    module: str = ""

    @property
    def title(self) -> str:
        """The first line of its documentation."""
        return self.doc.partition("\n")[0].rstrip(".").replace("``", "`")


def rule(id: str, severity: Severity, *, on: type) -> Callable[[Check], Rule]:  # noqa: A002 - it is the rule's id
    """Turn a function ``(element, context) -> findings`` into a rule; ``on`` is a class of `dashkit.lint.elements`.

    Raises:
        ValueError: the id is not two to eight capital letters and three digits, or the function has no docstring.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"rule id {id!r}: two to eight capital letters and three digits, such as TEAM001")

    def make(function: Check) -> Rule:
        doc = inspect.getdoc(function)
        if not doc:
            raise ValueError(f"rule {id} has no docstring: say what it finds, and why")
        name = getattr(function, "__name__", id).replace("_", "-")
        return Rule(id, name, severity, on, function, doc, function.__module__)

    return make


def reported(id: str, name: str, severity: Severity, doc: str) -> Rule:  # noqa: A002 - it is the rule's id
    """Describe a problem that another part of dashkit finds and reports under this id."""
    module = sys._getframe(1).f_globals["__name__"]
    return Rule(id, name, severity, type(None), lambda _element, _context: iter(()), inspect.cleandoc(doc), module)
