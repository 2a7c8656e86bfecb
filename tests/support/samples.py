"""A few values of each argument of a helper, as code says them."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings

from dashkit.authoring.arguments import Argument
from tests.support.arguments import BY_NAME, values

_OTHERS = {"labels": "bool", "view": "tuple"}


def samples(argument: Argument) -> tuple[Any, ...]:
    """Some values of an argument, always the same ones."""
    another = argument.name in _OTHERS and _OTHERS[argument.name] not in str(argument.type)
    return _drawn(argument.name if argument.name in BY_NAME and not another else "", argument.type)


@cache
def _drawn(name: str, kind: Any) -> tuple[Any, ...]:
    found: list[Any] = []

    @settings(max_examples=14, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(BY_NAME[name] if name else values(kind))
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return tuple(found)
