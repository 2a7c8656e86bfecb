"""Indicators: one value with its limits, from which its panels, descriptions and alerts are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.authoring.alerts import HIGH, MEDIUM, in_words, limit_alerts
from dashkit.authoring.limits import Limit
from dashkit.authoring.look import Thresholds
from dashkit.authoring.panel_options import Panel
from dashkit.authoring.panels import gauge, stat, timeseries
from dashkit.authoring.queries import prometheus
from dashkit.authoring.series import Sample
from dashkit.model.alerts import AlertRule, AlertSeverity, Runbook


@dataclass(frozen=True, slots=True)
class Indicator:
    """A value to watch.

    ``expr`` is PromQL over ``$__rate_interval``; ``about`` says what it measures. ``by`` are labels that tell its series
    apart; none for one value.
    """

    title: str
    expr: str
    limit: Limit
    unit: str
    about: str
    by: str = ""
    decimals: int | None = None
    maximum: float | None = None
    #: Series of which ``expr`` makes a given value, for the tests of its alerts.
    sample: Sample | None = None

    @property
    def legend(self) -> str:
        """Name of its series."""
        return " ".join(f"{{{{{label.strip()}}}}}" for label in self.by.split(",")) if self.by else self.title.lower()

    def _which(self) -> str:
        """`` ([model_name])``: which of its series an alert is about."""
        return f" ({', '.join(f'[{label.strip()}]' for label in self.by.split(','))})" if self.by else ""

    def says(self) -> str:
        """What it measures and what good is, for a panel."""
        limit, way = self.limit, "below" if self.limit.floor else "above"
        good = "above" if limit.floor else "below"
        text = f"{self.about} Good: {self._side(good, limit.target)}"
        text += f"; warns {way} {in_words(limit.warning, self.unit)}" if limit.warning != limit.target else ""
        text += f"; critical {way} {in_words(limit.critical, self.unit)}" if limit.critical != limit.warning else ""
        return f"{text}."

    def _side(self, way: str, value: float) -> str:
        return "none" if value == 0 and way == "below" else f"{way} {in_words(value, self.unit)}"

    def thresholds(self, *, line: bool = False) -> Thresholds:
        return self.limit.thresholds(line=line)

    def over(self, window: str) -> Indicator:
        """The same over a fixed window instead of that of the view."""
        return replace(self, expr=self.expr.replace("$__rate_interval", window))

    def stat(self, title: str = "", **panel: Any) -> Panel:
        """Its present value, coloured by its limits."""
        options = {
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(), "sparkline": True,
            "description": self.says(),
        }  # fmt: skip
        query = prometheus(self.expr, self.legend if self.by else "")
        return stat(title or self.title, query, **{**options, **panel})

    def gauge(self, title: str = "", **panel: Any) -> Panel:
        """Its present value on a dial."""
        options = {
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(), "description": self.says(),
        }  # fmt: skip
        return gauge(title or self.title, prometheus(self.expr, self.legend), **{**options, **panel})

    def timeseries(self, title: str = "", **panel: Any) -> Panel:
        """Its course, with its limits as lines."""
        # A share that should be nearly all: from 0 the line would be straight, and the limits lie on it.
        bottom = None if self.limit.floor and self.unit == "percentunit" else 0
        options = {
            "minimum": bottom,
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(line=True),
            "description": self.says(), "legend": "list" if self.by else "none", "maximum": self.maximum,
        }  # fmt: skip
        return timeseries(title or self.title, prometheus(self.expr, self.legend), **{**options, **panel})

    def alerts(
        self,
        name: str,
        *,
        where: str,
        symptom: str,
        runbook: Runbook,
        warning: AlertSeverity | None = MEDIUM,
        critical: AlertSeverity | None = HIGH,
        wait: str = "5m",
        panel: tuple[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> list[AlertRule]:
        """One alert for its warning and one for its critical value; see `limit_alerts`.

        ``where`` names what it is about: ``the API gateway``.
        """
        if self.sample is None:
            raise ValueError(f"alert {name}: the indicator {self.title!r} has no sample= to test it with")
        way = "below" if self.limit.floor else "above"
        return limit_alerts(
            name,
            self.expr,
            self.limit,
            summary=f"{self.title} of {where} is {'low' if self.limit.floor else 'high'}",
            description=f"{self.title} is {{value}}{self._which()}, {way} {{limit}}. {self.about}",
            symptom=symptom,
            runbook=runbook,
            sample=self.sample,
            warning=warning,
            critical=critical,
            wait=wait,
            unit=self.unit,
            panel=panel,
            labels=labels,
            variables=variables,
        )
