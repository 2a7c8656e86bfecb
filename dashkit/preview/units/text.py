"""What is shown for a value."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A text with what stands before and behind it; panels may draw the three in different sizes.

    The suffix has its own space, if there is one.
    """

    prefix: str
    text: str
    suffix: str

    @property
    def whole(self) -> str:
        return f"{self.prefix}{self.text}{self.suffix}"

    def trimmed(self) -> Text:
        """Return it without zeros at the end of its decimals: ``1.50`` becomes ``1.5``."""
        if "." not in self.text or "e" in self.text:
            return self
        return self._replace(text=self.text.rstrip("0").rstrip("."))


def just(text: str) -> Text:
    """Return a text with nothing around it."""
    return Text("", text, "")


NOTHING = just("")
