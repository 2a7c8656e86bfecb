"""When a tab, a row or a panel of an auto grid is shown."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dashkit.authoring.paths import Json

Match = Literal["all", "any"]

_VARIABLE, _DATA, _RANGE = (
    f"ConditionalRendering{name}" for name in ("Variable", "Data", "TimeRangeSize")
)  # the kinds of the v2 schema
_OPPOSITE = {"equals": "notEquals", "notEquals": "equals", "matches": "notMatches", "notMatches": "matches"}
#: As Grafana takes it: one number and one unit.
_LENGTH = re.compile(r"\d+(\.\d+)?[smhdwMy]")
_MATCHES: dict[Match, str] = {"all": "and", "any": "or"}


@dataclass(frozen=True, slots=True)
class Test:
    """One thing that must hold, as the v2 schema has it. ``longer`` if it must not hold: only of a time range."""

    kind: str
    spec: Json
    longer: bool = False

    __test__ = False  # pytest collects classes by this name

    def opposite(self) -> Test:
        """Return what holds if this does not."""
        if self.kind == _VARIABLE:
            return Test(_VARIABLE, {**self.spec, "operator": _OPPOSITE[self.spec["operator"]]})
        if self.kind == _DATA:
            return Test(_DATA, {"value": not self.spec["value"]})
        return Test(self.kind, self.spec, longer=not self.longer)


@dataclass(frozen=True, slots=True)
class Condition:
    """When something is shown: if all of the tests hold, or any of them."""

    tests: tuple[Test, ...]
    match: Match = "all"

    def to_json_data(self) -> Json:
        """Return the condition as Grafana stores it.

        Of a time range it only knows whether it is at most as long as something. "Shown if longer" is "hidden if not", and then
        everything else is written as what hides, too.
        """
        hides = any(test.longer for test in self.tests)
        tests = [test.opposite() for test in self.tests] if hides else self.tests
        match: Match = ("any" if self.match == "all" else "all") if hides else self.match
        items = [{"kind": test.kind, "spec": test.spec} for test in tests]
        spec = {"visibility": "hide" if hides else "show", "condition": _MATCHES[match], "items": items}
        return {"kind": "ConditionalRenderingGroup", "spec": spec}


def show_when(
    *conditions: Condition,
    variable: str = "",
    equals: str | None = None,
    not_equals: str | None = None,
    matches: str | None = None,
    not_matches: str | None = None,
    has_data: bool | None = None,
    range_longer_than: str = "",
    range_up_to: str = "",
    match: Match = "all",
) -> Condition:
    """Say when a `tab`, a `row` or a panel of an `auto_grid` is shown: ``when=show_when(variable="debug", equals="true")``.

    This needs Grafana's dynamic dashboards; see `tabs`. An older Grafana always shows it.

    Args:
        conditions: others, made by `show_when`, to combine: ``show_when(one, other, match="any")``.
        variable: the name of a variable whose value is compared: exactly (``equals``, ``not_equals``), or with a regular
            expression (``matches``, ``not_matches``).
        has_data: show it only while its queries return data, or with False only while they return none.
        range_longer_than: show it only for time ranges longer than this, such as ``7d``.
        range_up_to: show it only for time ranges up to this.
        match: whether all of it must hold, or any.

    Raises:
        TypeError: something is not a condition.
        ValueError: it says nothing, or what Grafana cannot say.
    """
    if match not in _MATCHES:
        raise ValueError(f"show_when: match={match!r} is neither 'all' nor 'any'")
    compared = {"equals": equals, "notEquals": not_equals, "matches": matches, "notMatches": not_matches}
    ranges = [("range_longer_than", range_longer_than, True), ("range_up_to", range_up_to, False)]
    tests = [*_combined(conditions, match), *_compared(variable, compared)]
    if has_data is not None:
        tests.append(Test(_DATA, {"value": bool(has_data)}))
    tests += [Test(_RANGE, {"value": _length(name, value)}, longer) for name, value, longer in ranges if value]
    if not tests:
        raise ValueError('show_when: it says nothing; write show_when(variable="env", equals="prod") or has_data=True')
    if len({test.longer for test in tests if test.kind == _RANGE}) > 1:
        raise ValueError("show_when: Grafana cannot combine range_longer_than= with range_up_to=")
    return Condition(tuple(tests), match)


def _combined(conditions: tuple[Condition, ...], match: Match) -> Iterator[Test]:
    for one in conditions:
        if not isinstance(one, Condition):
            raise TypeError(
                f"show_when: {reprlib.repr(one)} is not a condition; give it by name: variable=, has_data=, ..."
            )
        if len(one.tests) > 1 and one.match != match:
            raise ValueError("show_when: Grafana has no groups of conditions within others: all must hold, or any")
        yield from one.tests


def _compared(variable: str, compared: dict[str, str | None]) -> Iterator[Test]:
    given = {operator: value for operator, value in compared.items() if value is not None}
    if bool(variable) != bool(given):
        raise ValueError("show_when: variable= and what it is compared with, such as equals=, go together")
    for operator, value in given.items():
        if not isinstance(value, str):
            raise TypeError(f"show_when: {value!r} is not a text; values of variables are texts: {str(value)!r}")
        yield Test(_VARIABLE, {"variable": variable.removeprefix("$"), "operator": operator, "value": value})


def _length(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _LENGTH.fullmatch(value):
        raise ValueError(f"show_when: {name}={value!r} is not a length of time such as 6h, 7d or 1M")
    return value
