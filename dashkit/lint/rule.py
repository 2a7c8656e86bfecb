"""Rules: an id, a severity, the kind of element to examine, and a function that yields findings."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dashkit.model.problem import Severity

_ID = re.compile(r"[A-Z]{2,8}\d{3}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in an element.

    Attributes:
        span: the part of a query's text to mark.
        pointer: a JSON pointer relative to the element, such as ``/fieldConfig/defaults/unit``.
        severity: overrides the severity of the rule.
        panel: the panel to blame, if the element is a whole dashboard.
    """

    message: str
    hint: str = ""
    span: tuple[int, int] | None = None
    pointer: str = ""
    severity: Severity | None = None
    panel: Any = None


#: Rules for the whole `Project` yield pairs: the element to blame, and the finding.
Check = Callable[[Any, Any], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``doc`` is the docstring of its function: what it finds, and why that matters."""

    id: str
    name: str
    severity: Severity
    on: type
    check: Check
    doc: str
    #: The name of the module that defines the rule.
    module: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is a rule of the project."""
        return not self.id.startswith("DK")

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.doc.partition("\n")[0].rstrip(".").replace("``", "`")


def rule(id: str, severity: Severity, *, on: type) -> Callable[[Check], Rule]:  # noqa: A002 - it is the rule's id
    """Turn a function ``(element, context) -> findings`` into a rule; ``on`` is a class of `dashkit.lint.elements`.

    Raises:
        ValueError: the id is not two to eight capital letters and three digits, or there is no docstring.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"rule id {id!r}: expected two to eight capital letters and three digits, such as TEAM001")

    def make(function: Check) -> Rule:
        doc = inspect.getdoc(function)
        if not doc:
            raise ValueError(f"rule {id} has no docstring: describe what it finds, and why that matters")
        name = getattr(function, "__name__", id).replace("_", "-")
        return Rule(id, name, severity, on, function, doc, function.__module__)

    return make


def reported(id: str, name: str, severity: Severity, doc: str) -> Rule:  # noqa: A002 - it is the rule's id
    """Define a rule whose problems are found by another part of dashkit."""
    module = sys._getframe(1).f_globals["__name__"]
    return Rule(id, name, severity, type(None), lambda _element, _context: iter(()), inspect.cleandoc(doc), module)


def rules_in(module: ModuleType) -> list[Rule]:
    """Return the rules that a module defines, without those it imports."""
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    return [rule for rule in rules if rule.module == module.__name__]
