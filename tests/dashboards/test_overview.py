"""dashboards/README.md names every dashboard and alert that the guides ask for, and all of them exist."""

from __future__ import annotations

import re

from dashkit.model.alerts import AlertSeverity
from dashkit.model.durations import seconds
from tests.conftest import ROOT
from tests.support.project import dashboards
from tests.support.rules import compiled

README = (ROOT / "dashboards/README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"## {title}\n")[1].split("\n## ")[0]


def test_whatever_the_guides_ask_for_is_here() -> None:
    known = {dashboard.uid for dashboard in dashboards()}
    known |= {rule.name for group in compiled()[0] for rule in group.alerts}
    rows = [line for line in section("Where the rows of the guides are").splitlines() if re.match(r"\| 00\d", line)]
    assert len(rows) >= 50
    for row in rows:
        named = re.findall(r"`([\w-]+)`", row.split("|")[3])
        assert named, row
        assert set(named) <= known, row


def test_every_dashboard_of_a_system_is_asked_for_by_a_guide_or_by_the_drill_down() -> None:
    named = set(re.findall(r"`([\w-]+)`", section("Where the rows of the guides are")))
    extra = {dashboard.uid for dashboard in dashboards()} - named
    assert extra == {"prometheus", "backup-health", "shop-auth-service", "shop-business-logic", "shop-data-processor"}


def test_each_guide_has_decisions() -> None:
    rows = [line for line in section("Decisions").splitlines() if re.match(r"\| (00\d|all)", line)]
    assert {row[2:5] for row in rows} == {"000", "001", "002", "003", "004", "all"}
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


def test_what_is_critical_for_freeagentics_is_noticed_within_five_minutes() -> None:
    """Its guide's objective; the rate that an alert looks at needs up to three of them to cross the limit."""
    waits = {
        rule.name: seconds(rule.wait)
        for group in compiled()[0]
        if group.system == "freeagentics"
        for rule in group.alerts
        if rule.severity is AlertSeverity.CRITICAL
    }
    assert len(waits) >= 4
    assert {name for name, wait in waits.items() if wait > 120} == set()
