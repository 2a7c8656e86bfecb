"""``dashkit doctor alert`` and ``dashkit doctor routing``."""

from __future__ import annotations

import time

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

_prometheus = click.option(
    "--prometheus", metavar="URL", callback=options.filled,
    help="The Prometheus to ask.  [default: the one behind the context's datasource]",
)  # fmt: skip
_alertmanager = click.option(
    "--alertmanager", metavar="URL", callback=options.filled,
    help="The Alertmanager to ask.  [default: none; the routing of the source is used]",
)  # fmt: skip
_severity = click.option("--severity", default="", metavar="NAME", help="Only the alert of this severity.")


@click.command(
    short_help="Say why an alert fires or does not, and where it goes.",
    epilog="""\b
Examples:
  dashkit doctor alert ShopDown --prometheus http://localhost:9090
  dashkit doctor alert ShopDown --prometheus http://localhost:9090 --alertmanager http://localhost:9093
  dashkit doctor alert ShopSlow --severity critical -c prod --hours 24
""",
)
@click.argument("name")
@_severity
@options.context
@_prometheus
@_alertmanager
@click.option(
    "--hours",
    type=click.FloatRange(0.05, 24 * 90),
    default=6,
    show_default=True,
    metavar="N",
    help="How far to look back.",
)
@options.common("text", "json")
def alert(invocation: Invocation, name: str, **given: object) -> int:
    """Explain an alert of the project by its name.

    Shows the value now and over the last hours, each part of the expression, and the state in Prometheus. If it does not
    fire, the reason: no data and which label does not match, a limit that is not reached, a `for` that is not over, a rule
    that is not loaded or differs. If it fires, whether it is silenced or inhibited, and by what. Nothing is changed.

    Credentials come from DASHKIT_PROMETHEUS_TOKEN, or _USER and _PASSWORD; DASHKIT_ALERTMANAGER_TOKEN, or _USER and _PASSWORD.
    """
    from dashkit.app import doctor_alert
    from dashkit.report.doctor_alert import alert_data, alert_text

    answer = doctor_alert.explain(doctor_alert.Request(name, **given), invocation.ports)  # type: ignore[arg-type]
    console = invocation.console
    if invocation.json:
        console.json(alert_data(answer))
    else:
        console.lines(alert_text(answer, console.out_style, verbose=invocation.verbose))
    for failure in answer.failures:
        console.failure(failure)
    return ExitCode.SERVER if answer.failures else ExitCode.OK


@click.command(
    short_help="Say who is told of which alert; send a test alert.",
    epilog="""\b
Examples:
  dashkit doctor routing                                          by the routing of the source
  dashkit doctor routing --alertmanager http://localhost:9093     by what Alertmanager has loaded
  dashkit doctor routing --alertmanager http://localhost:9093 --send ShopDown
""",
)
@_alertmanager
@click.option(
    "--send", default="", metavar="ALERT", help="Send a test alert with the labels of this one, and resolve it."
)
@_severity
@click.option(
    "--wait",
    default="",
    metavar="DURATION",
    help="How long the test alert fires, such as 30s.  [default: until its receivers were told]",
)
@options.yes("Do not ask before sending.")
@options.common("text", "json")
def routing(
    invocation: Invocation, alertmanager: str | None, send: str, severity: str, wait: str, yes: bool
) -> int:  # fmt: skip
    """Say for each severity, system and team of the project's alerts who is told, how they are grouped, and when not.

    Computed from the configuration that Alertmanager reports; nothing is sent. Also listed are routes that no alert reaches,
    alerts that no route matches, and differences to the routing of the source.

    --send sends one alert, after a question. It has the labels of the named alert, those that its series would bring left
    out, and the label dashkit_test="true"; its summary says that it is a test. Receivers are told after the group_wait of
    their route, so it fires a few seconds longer than that, or for --wait, and is then resolved: also after Ctrl-C. If
    dashkit is killed, Alertmanager ends it a minute later.
    """
    from dashkit.app import doctor_routing
    from dashkit.report.doctor_alert import routing_data, routing_text

    if send:
        return _send(doctor_routing.TestRequest(send, alertmanager, severity, wait), invocation, yes=yes)
    if severity or wait:
        raise UsageError("--severity and --wait are for --send")
    found = doctor_routing.routing(doctor_routing.Request(alertmanager), invocation.ports)
    console = invocation.console
    if invocation.json:
        console.json(routing_data(found))
    else:
        console.lines(routing_text(found, console.out_style, verbose=invocation.verbose))
    return ExitCode.OK


def _send(request: object, invocation: Invocation, *, yes: bool) -> ExitCode:
    from dashkit.app import doctor_routing
    from dashkit.doctor.alert_routes import routed_by, told
    from dashkit.model.durations import duration

    prepared = doctor_routing.prepare_test(request, invocation.ports)  # type: ignore[arg-type]
    console = invocation.console
    for stop in prepared.stops if invocation.text else ():
        console.info(f"{told(stop)}, by {routed_by(stop)}")
    consent = invocation.agree(prepared.questions, yes=yes)
    with doctor_routing.firing(prepared, consent, invocation.ports) as sent:
        held = [f"silenced by {by}" for by in sent.silenced] + [f"inhibited by {by}" for by in sent.inhibited]
        receivers = ", ".join(sent.receivers) or "nobody"
        console.info(f"sent to {receivers}; resolved in {duration(round(prepared.wait))}")
        for reason in held:
            console.warn(f"nobody is told: it is {reason}")
        for late in dict.fromkeys(prepared.untold):
            console.warn(f"{late}, and the test alert is resolved before")
        console.flush()
        _sleep(prepared.wait)
    if invocation.json:
        console.json(
            {"alert": prepared.labels, "receivers": list(sent.receivers), "held_back": held, "seconds": prepared.wait}
        )
    else:
        if held or len(prepared.untold) == len(prepared.stops):
            console.out(f"{prepared.subject.name} would go to {receivers}, and is resolved; nobody was told")
        else:
            console.out(f"{prepared.subject.name} went to {receivers}, and is resolved")
    return ExitCode.OK


def _sleep(seconds: float) -> None:
    """Wait. Tests replace this function."""
    time.sleep(seconds)
