"""What a check finds: values, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from dashkit.model.dashboard import NOWHERE, Location


class Severity(IntEnum):
    """How much a problem matters; ``OFF`` is for rules that a project has to ask for."""

    OFF = 0
    #: Worth knowing; often right as it is.
    INFO = 1
    #: Probably not what the author meant.
    WARNING = 2
    #: The panel, variable or alert does not do what it says.
    ERROR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


def severity(word: str) -> Severity:
    """The severity of a name; `KeyError` for none."""
    return Severity[word.upper()]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of one rule.

    ``dashboard`` is a uid (or the file's name where there is none), ``panel`` a title, ``pointer`` the JSON pointer of the
    place in the document, ``location`` file and line. ``excerpt`` is the text that it is about, ``span`` the part of it.
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

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts problems by place, then rule; total, so that the same problems always come in the same order."""
        place = (self.location.path, self.location.line, self.dashboard, self.pointer)
        return (
            *place,
            self.rule,
            self.span,
            self.message,
            self.hint,
            self.panel,
            self.panel_id,
            self.excerpt,
            self.severity,
        )
