"""Indicators: a value and its limits, which define its panels, descriptions and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.authoring.alerts import HIGH, MEDIUM, in_words, limit_alerts
from dashkit.authoring.limits import Limit
from dashkit.authoring.look import Thresholds
from dashkit.authoring.panel import Panel
from dashkit.authoring.panels.tiles import gauge, stat
from dashkit.authoring.panels.timeseries import timeseries
from dashkit.authoring.queries.prometheus import legend_of, prometheus
from dashkit.authoring.series import Sample
from dashkit.model.alerts import AlertRule, AlertSeverity, Runbook


@dataclass(frozen=True, slots=True)
class Indicator:
    """A value to watch.

    ``expr`` is PromQL that uses ``$__rate_interval``, and ``about`` says what it measures. ``by`` lists the labels that
    distinguish its series; leave it empty for a single value.
    """

    title: str
    expr: str
    limit: Limit
    unit: str
    about: str
    by: str = ""
    decimals: int | None = None
    max: float | None = None
    #: Makes series for which ``expr`` has a given value, to test the alerts.
    sample: Sample | None = None

    @property
    def legend(self) -> str:
        """The legend of its series."""
        return legend_of(self.by) if self.by else self.title.lower()

    def _which(self) -> str:
        """Return which of the series an alert is about: `` ([model_name])``."""
        return f" ({', '.join(f'[{label.strip()}]' for label in self.by.split(','))})" if self.by else ""

    def says(self) -> str:
        """Return a panel description: what the indicator measures, and which values are good."""
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
        """Return the same indicator over a fixed window instead of ``$__rate_interval``."""
        return replace(self, expr=self.expr.replace("$__rate_interval", window))

    def stat(self, title: str = "", **panel: Any) -> Panel:
        """Create a tile with the current value, coloured by its limits."""
        options = {
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(), "sparkline": True,
            "description": self.says(),
        }  # fmt: skip
        query = prometheus(self.expr, self.legend if self.by else "")
        return stat(title or self.title, query, **{**options, **panel})

    def gauge(self, title: str = "", **panel: Any) -> Panel:
        """Create a dial with the current value."""
        options = {
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(), "description": self.says(),
        }  # fmt: skip
        return gauge(title or self.title, prometheus(self.expr, self.legend), **{**options, **panel})

    def timeseries(self, title: str = "", **panel: Any) -> Panel:
        """Create a graph of the value over time, with its limits as lines."""
        # A share close to 100 % would be a flat line on a scale from 0, with the limits on top of it.
        options = {
            "min": None if self.limit.floor and self.unit == "percentunit" else 0,
            "unit": self.unit, "decimals": self.decimals, "thresholds": self.thresholds(line=True),
            "description": self.says(), "legend": "list" if self.by else "none", "max": self.max,
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
        """Define one alert for the warning value and one for the critical value; see `limit_alerts`.

        ``where`` names what the alert is about, such as ``the API gateway``.
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
