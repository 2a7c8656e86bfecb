"""Rows about a Grafana itself: its database, clock, certificate, rights, licence and renderer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashkit.doctor.row import Row, State, some
from dashkit.errors import ServerError
from dashkit.model.durations import duration
from dashkit.model.health import ServerHealth, ServerSettings

PART = "Grafana"
#: Seconds between two clocks from which on tokens, alerts and "last 5 minutes" go wrong unnoticed.
MOST_SKEW = 30.0
#: Days before the end of a certificate in which somebody should act: a third of those of Let's Encrypt.
SOON = 21
_DAY = 86_400.0
#: Datasources that only Grafana Enterprise and Grafana Cloud may use. Grafana 12.4.3 lists them in
#: public/app/features/datasources/state/buildCategories.ts.
ENTERPRISE = frozenset(
    f"{name}-datasource"
    for name in (
        "dlopes7-appdynamics", "grafana-adobeanalytics", "grafana-atlassianstatuspage", "grafana-aurora",
        "grafana-azurecosmosdb", "grafana-azuredevops", "grafana-catchpoint", "grafana-cloudflare", "grafana-cockroachdb",
        "grafana-datadog", "grafana-drone", "grafana-dynatrace", "grafana-gitlab", "grafana-honeycomb", "grafana-ibmdb2",
        "grafana-jira", "grafana-logicmonitor", "grafana-mongodb", "grafana-netlify", "grafana-newrelic", "grafana-oracle",
        "grafana-pagerduty", "grafana-salesforce", "grafana-saphana", "grafana-servicenow", "grafana-snowflake",
        "grafana-solarwinds", "grafana-splunk", "grafana-splunk-monitoring", "grafana-sumologic", "grafana-wavefront",
        "grafana-zendesk",
    )
)  # fmt: skip


def unreachable(error: ServerError) -> Row:
    """Return the one row of a Grafana that does not answer."""
    mend = "renew the certificate" if "expired" in error.message else error.hint
    return Row(State.FAILED, PART, "reachable", str(error), mend)


def health_rows(url: str, health: ServerHealth, before: float, after: float) -> list[Row]:
    """Return what the server says without a login; it was asked between two times of our clock."""
    rows = [Row(State.OK, PART, "reachable", url)]
    if health.database == "ok":
        rows.append(Row(State.OK, PART, "database", "ok"))
    else:
        mend = "look into Grafana's log, and at the disk or server that holds its database"
        rows.append(Row(State.FAILED, PART, "database", health.database or "unknown", mend))
    return [*rows, _clock(health.clock, before, after)]


def _clock(clock: float | None, before: float, after: float) -> Row:
    if clock is None:
        return Row(State.SKIPPED, PART, "clock", "the server does not say the time")
    # Its time is a whole second, and it answered at any time between the two.
    skew = max(before - 1 - clock, clock - after, 0.0)
    if skew <= MOST_SKEW:
        return Row(State.OK, PART, "clock", f"within {max(round(skew), 1)} s of ours")
    way = "ahead of" if clock > after else "behind"
    mend = "let both machines synchronise their clocks (timedatectl set-ntp true)"
    return Row(State.WARNING, PART, "clock", f"{skew:.0f} s {way} ours", mend)


def version_row(version: str, *, verified: bool) -> Row:
    """Return which version it is, and whether dashkit has been tested against it."""
    if verified:
        return Row(State.OK, PART, "version", version)
    mend = "try a push in a folder for it first; `dashkit push --prune` refuses this version"
    return Row(State.WARNING, PART, "version", f"{version}: dashkit has not been tested against it", mend)


def certificate_row(url: str, ends: float | None, now: float, *, insecure: bool) -> Row:
    """Return how long the certificate is valid still; ``ends`` is None if none was verified."""
    if not url.startswith("https:"):
        return Row(State.SKIPPED, PART, "certificate", "none: the address is without TLS")
    if insecure:
        mend = "set `tls: {ca: FILE}` in the context instead of `insecure`"
        return Row(State.WARNING, PART, "certificate", "any certificate is accepted (tls.insecure)", mend)
    if ends is None:
        return Row(
            State.SKIPPED, PART, "certificate", "verified, but the server closes the connection before its end is read"
        )
    days = (ends - now) / _DAY
    if days < 0:
        return Row(State.FAILED, PART, "certificate", f"expired {-days:.0f} days ago", "renew the certificate")
    soon = days < SOON
    return Row(
        State.WARNING if soon else State.OK,
        PART,
        "certificate",
        f"expires in {days:.0f} days",
        "renew it" if soon else "",
    )


def rights_row(organisation: str, missing: Mapping[str, str], missing_for_prune: Mapping[str, str]) -> Row:
    """Return what the credentials may do, of what a push needs."""
    where = f"in organisation {organisation}" if organisation else "here"
    if missing:
        lacks = ", ".join(f"{purpose} ({action})" for action, purpose in sorted(missing.items()))
        mend = "for pushes give the service account the role Editor; to check only, this is fine"
        return Row(State.WARNING, PART, "rights", f"{where} the credentials may not {lacks}", mend)
    if missing_for_prune:
        return Row(State.OK, PART, "rights", f"may push {where}, but not prune ({', '.join(missing_for_prune)})")
    return Row(State.OK, PART, "rights", f"may push and prune {where}")


def settings_rows(settings: ServerSettings, types: Iterable[str], now: float) -> list[Row]:
    """Return rows on the licence, by the ``types`` of datasources that the project uses, and on the image renderer."""
    return [_licence(settings, types, now), _renderer(settings)]


def _licence(settings: ServerSettings, types: Iterable[str], now: float) -> Row:
    licensed, edition = sorted(set(types) & ENTERPRISE), settings.edition or "unknown edition"
    if not licensed:
        return Row(State.OK, PART, "licence", f"{edition}; the project uses no datasource that needs one")
    what = f"the project uses {some(licensed)}"
    if settings.edition == "Open Source":
        return Row(
            State.FAILED,
            PART,
            "licence",
            f"{what}, but this is {edition}",
            "these datasources need Grafana Enterprise or Cloud",
        )
    left = settings.licence_ends - now
    if settings.licence_ends and left < SOON * _DAY:
        ends = f"ends in {duration(round(left))}" if left > 0 else "has ended"
        state = State.WARNING if left > 0 else State.FAILED
        return Row(state, PART, "licence", f"{what}, and the licence {ends}", "renew the licence")
    return Row(State.OK, PART, "licence", f"{edition}; {what}")


def _renderer(settings: ServerSettings) -> Row:
    if settings.renderer:
        return Row(State.OK, PART, "image renderer", "available")
    unknown = "the server does not say"
    none = "none: notifications and reports come without pictures of panels"
    return Row(State.SKIPPED, PART, "image renderer", unknown if settings.renderer is None else none)
