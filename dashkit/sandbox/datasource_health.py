"""The health checks of datasources: what the plugin asks of the server behind it, and says about the answer.

The messages are those of Grafana 12.4.3, pkg/promlib/healthcheck.go and pkg/tsdb/*/.
"""

from __future__ import annotations

import http.client
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dashkit.sandbox.call import Answer, Call, Refusal
from dashkit.sandbox.datasources import find

_PATIENCE = 5.0


class _Probe(NamedTuple):
    """A request, what the plugin says if it succeeds, and if not; empty for the reason itself."""

    method: str
    path: str
    good: str
    bad: str = ""


_PROBES = {
    "prometheus": _Probe(
        "POST", "/api/v1/query?query=1%2B1&time=4", "Successfully queried the Prometheus API.",
        "{reason} - There was an error returned querying the Prometheus API.",
    ),
    "loki": _Probe(
        "GET", "/loki/api/v1/query?query=vector%281%29%2Bvector%281%29", "Data source successfully connected.",
        "Unable to connect with Loki. Please check the server logs for more details.",
    ),
    "elasticsearch": _Probe(
        "GET", "/_cluster/health?wait_for_status=yellow", "Elasticsearch data source is healthy.",
        "Health check failed: Failed to connect to Elasticsearch",
    ),
    "jaeger": _Probe("GET", "/api/services", "Data source is working"),
    "tempo": _Probe("GET", "/api/echo", "Data source is working"),
}  # fmt: skip
#: Those that 10 checks in the browser only: their plugins have no check on the server.
_TESTDATA = ("testdata", "grafana-testdata-datasource")
_NOT_ON_10 = ("loki", "elasticsearch", "tempo", *_TESTDATA)


def runs_on_server(call: Call, kind: str) -> bool:
    """Return whether a part of the plugin runs on the server."""
    return kind != "alertmanager" and (call.modern or kind != "jaeger")


def health(call: Call) -> Answer:
    """Check a datasource as its plugin does. Viewers may, as they may query it."""
    try:
        found = find(call)
    except Refusal:
        raise call.refusal(500, "Unable to load datasource metadata") from None
    kind = str(found["type"])
    if kind in _TESTDATA and call.modern:
        return _answer("", "Data source is working")
    if not runs_on_server(call, kind):
        raise _plugin(call, "Plugin unavailable", "plugin.unavailable", 500, 503)
    if not call.modern and kind in _NOT_ON_10:
        raise call.refusal(404, "Not found")
    if kind not in _PROBES:
        if not call.modern:
            raise call.refusal(404, "Unable to find datasource plugin")
        raise _plugin(call, "Plugin not registered", "plugin.notRegistered", 404, 404)
    probe = _PROBES[kind]
    method = probe.method if call.modern else "GET"
    reason = _reason(method, probe.path, str(found["url"]))
    details = {"application": "Prometheus", "features": {"rulerApiEnabled": False}} if kind == "prometheus" else None
    return _answer(reason and (probe.bad or reason).format(reason=reason), probe.good, details)


def _plugin(call: Call, message: str, identifier: str, code: int, before: int) -> Refusal:
    if not call.modern:
        return call.refusal(before, message)
    return Refusal(code, message, messageId=identifier, statusCode=code)


def _answer(fault: str, good: str, details: Any = None) -> Answer:
    if fault:
        return Answer(400, {"message": fault, "status": "ERROR"})
    return Answer(200, {"message": good, "status": "OK", **({"details": details} if details else {})})


def _reason(method: str, path: str, url: str) -> str:
    """Return why the server behind a datasource does not answer; empty if it does."""
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    shown = path if method == "GET" else path.partition("?")[0]
    asked = f'{method.capitalize()} "{url}{shown}"'
    if not parts.hostname:
        return f'{asked}: unsupported protocol scheme ""'
    connection = made(parts.hostname, parts.port, timeout=_PATIENCE)
    try:
        connection.request(method, f"{parts.path.rstrip('/')}{path}")
        answer = connection.getresponse()
        return "" if answer.status < 400 else f"{answer.status} {answer.reason}"
    except (OSError, http.client.HTTPException) as error:
        text = getattr(error, "strerror", None) or type(error).__name__
        return f"{asked}: dial tcp {parts.hostname}:{parts.port or 80}: connect: {str(text).lower()}"
    finally:
        connection.close()
