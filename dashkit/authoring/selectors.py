"""Selectors of series, without the braces that f-strings double."""

from __future__ import annotations

import re

_OPERATORS = ("=~", "!~", "!=")


class Selector(str):
    """The matchers of a selector, in braces, perhaps behind a metric. Called, it adds matchers."""

    __slots__ = ()

    def __call__(self, *matchers: str, **labels: str) -> Selector:
        """Return the selector with more matchers: ``CHOSEN(mode="!=idle")``."""
        metric, _, _ = self.partition("{")
        return Selector(f"{metric}{selector(self.removeprefix(metric), *matchers, **labels)}")

    def of(self, metric: str) -> Selector:
        """Return the selector of a metric: ``CHOSEN.of("up")`` is ``up{...}``, which can be called in its turn."""
        return Selector(f"{metric}{self}")


def selector(*matchers: str, **labels: str) -> Selector:
    """Write matchers once, to use them behind any metric.

    ::

        CHOSEN = selector(environment="$environment", instance="=~$instance")
        prometheus(f"sum(rate(node_cpu_seconds_total{CHOSEN(mode='!=idle')}[5m]))")

    Args:
        matchers: other selectors, or matchers as PromQL writes them: ``job!~"test.*"``.
        labels: values that labels must equal. One that begins with ``=~``, ``!~`` or ``!=`` is compared in that way.

    Raises:
        TypeError: the value of a label is not a text.
    """
    parts = [inside for one in matchers if (inside := matchers_of(one))]
    for name, value in labels.items():
        if not isinstance(value, str):
            several = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
            hint = f'; for any of several: {name}="=~{"|".join(value)}"' if several else ""
            raise TypeError(f"selector: {name}={value!r} is not a text{hint}")
        operator = next((one for one in _OPERATORS if value.startswith(one)), "=")
        text = value.removeprefix(operator) if operator != "=" else value
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        parts.append(f'{name}{operator}"{escaped}"')
    return Selector(f"{{{', '.join(parts)}}}")


def matchers_of(selector: str) -> str:
    """Return what is inside the braces of a selector, or the matchers themselves if there are none."""
    return re.sub(r"^\s*\{|\}\s*$", "", selector).strip(" ,")
