"""What many panels of a dashboard have in common, said once: a function of the module that calls the helper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.authoring.call import Call, calls, changed
from dashkit.authoring.panels import KINDS
from dashkit.importer.code import expression

#: So many panels, so many options: fewer are easier to read where they stand.
_PANELS, _OPTIONS = 3, 3
#: What is a panel's own.
_OWN = frozenset(
    ("key", "width", "height", "position", "description", "queries", "raw", "overrides", "links", "repeat")
)
#: The part of the panels that have to agree on an option.
_MOST = 0.6


@dataclass(frozen=True, slots=True)
class Style:
    """A function of the module: its name, the helper that it calls, and the options that it gives."""

    name: str
    helper: str
    options: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The function as Python, to be formatted."""
        given = "".join(f", {name}={expression(value)}" for name, value in self.options.items())
        return (
            f"def {self.name}(title: str, *queries: Any, **options: Any) -> Panel:\n"
            f'    """{self.helper}(...) as this dashboard has it."""\n'
            f"    return {self.helper}(title, *queries{given}, **options)"
        )


def styled(call: Call) -> tuple[list[Style], Call]:
    """Return the styles of a dashboard, and the call that makes it with them."""
    styles = [
        style for helper in KINDS if (style := _style(helper, [one for one in calls(call) if one.helper == helper]))
    ]
    by_helper = {style.helper: style for style in styles}
    return styles, changed(call, lambda one: _with(one, by_helper))


def _style(helper: str, calls: list[Call]) -> Style | None:
    """Return what most calls of a helper have in common, if that is worth a function."""
    times = Counter(
        (name, expression(value)) for call in calls for name, value in call.keywords.items() if name not in _OWN
    )
    common = {pair for pair, count in times.items() if count >= _MOST * len(calls)}
    alike = [call for call in calls if common <= _pairs(call)]
    if len(alike) < _PANELS or len(common) < _OPTIONS:
        return None
    names = {name for name, _ in common}
    options = {name: value for name, value in alike[0].keywords.items() if name in names}
    return Style(f"{helper}_panel", helper, options)


def _pairs(call: Call) -> set[tuple[str, str]]:
    return {(name, expression(value)) for name, value in call.keywords.items() if name not in _OWN}


def _with(call: Call, styles: Mapping[str, Style]) -> Call:
    """Return the call of a style in place of one that says all that the style gives."""
    style = styles.get(call.helper)
    if style is None or not {(name, expression(one)) for name, one in style.options.items()} <= _pairs(call):
        return call
    rest = {name: entry for name, entry in call.keywords.items() if name not in style.options}
    return Call(style.name, call.arguments, rest)
