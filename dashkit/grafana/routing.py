"""Contact points, mute timings and the policy tree, by the provisioning API.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
"""

from __future__ import annotations

from urllib.parse import quote

from dashkit._http import Connection
from dashkit.grafana.answers import expect
from dashkit.model.live_routing import GrafanaRouting, RoutingPlan

_BASE = "/api/v1/provisioning"
#: Without it Grafana would let nobody change them in its UI.
_EDITABLE = {"X-Disable-Provenance": "true"}


def read_routing(connection: Connection) -> GrafanaRouting:
    """The routing of the whole organisation; secrets are hidden."""
    points = expect(connection.get(f"{_BASE}/contact-points")).objects()
    timings = expect(connection.get(f"{_BASE}/mute-timings")).objects()
    return GrafanaRouting(tuple(points), tuple(timings), expect(connection.get(f"{_BASE}/policies")).object())


def write_routing(connection: Connection, plan: RoutingPlan) -> None:
    """First what the tree refers to, then the tree."""
    for timing in plan.mute_timings:
        if timing["name"] in plan.timings:
            path = f"{_BASE}/mute-timings/{quote(str(timing['name']), safe='')}"
            expect(connection.write("PUT", path, timing, headers=_EDITABLE))
        else:
            expect(connection.write("POST", f"{_BASE}/mute-timings", timing, headers=_EDITABLE))
    for point in plan.contact_points:
        if point["uid"] in plan.points:
            expect(connection.write("PUT", f"{_BASE}/contact-points/{point['uid']}", point, headers=_EDITABLE))
        else:
            expect(connection.write("POST", f"{_BASE}/contact-points", point, headers=_EDITABLE))
    if plan.tree is not None:
        expect(connection.write("PUT", f"{_BASE}/policies", plan.tree, headers=_EDITABLE))
