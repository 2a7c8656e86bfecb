"""Moved to `dashkit.model.alerts`. 0.2 removes this name."""

from __future__ import annotations

import warnings

from dashkit.model.alerts import AlertGroup as RuleGroup
from dashkit.model.alerts import AlertRule, AlertSeverity, RecordingRule, Runbook
from dashkit.model.alerts import AlertTest as RuleTest

Severity = AlertSeverity

__all__ = ["AlertRule", "RecordingRule", "RuleGroup", "RuleTest", "Runbook", "Severity"]

warnings.warn("dashkit.model.rules is now dashkit.model.alerts", FutureWarning, stacklevel=2)
