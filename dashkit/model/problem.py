"""The findings of a check. They are values, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from dashkit.model.dashboard import NOWHERE, Location


class Severity(IntEnum):
    """How much a problem matters. ``OFF`` is for rules that a project has to enable."""

    OFF = 0
    #: Worth knowing, but often fine.
    INFO = 1
    #: Probably not what the author meant.
    WARNING = 2
    #: The panel, variable or alert does not do what it says.
    ERROR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def severity(word: str) -> Severity:
    """Return the severity with that name. Raises `KeyError` for any other word."""
    return Severity[word.upper()]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of one rule.

    Attributes:
        dashboard: a uid, or the file's name if there is none.
        panel: a title.
        around: the tabs and rows around the panel of a dynamic dashboard: ``tab 'Latency' / row 'API'``.
        pointer: the JSON pointer of the place in the document.
        location: file and line.
        excerpt: the text in question.
        span: the part of the excerpt to underline.
    """

    rule: str
    severity: Severity
    message: str
    dashboard: str = ""
    panel: str = ""
    panel_id: int = 0
    pointer: str = ""
    location: Location = NOWHERE
    hint: str = ""
    excerpt: str = ""
    span: tuple[int, int] = (0, 0)
    around: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """A key that sorts problems by place, then rule. It is total: the same problems always come in the same order."""
        return (
            self.location.path, self.location.line, self.dashboard, self.pointer, self.rule, self.span, self.message,
            self.hint, self.panel, self.panel_id, self.excerpt, self.severity,
        )  # fmt: skip
