"""What the sandbox serves. All else is answered with 501, never with a success that did nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashkit.sandbox import alerting, dashboards, folders, resources, search, server
from dashkit.sandbox.call import Answer, Call

_DASHBOARDS = "/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards"


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path with the function that answers; ``public`` needs no log-in."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    public: bool = False
    modern_only: bool = False


ROUTES = (
    Route("GET", "/api/health", server.health, public=True),
    Route("GET", "/api/frontend/settings", server.settings),
    Route("GET", "/api/org", server.organisation),
    Route("GET", "/api/user", server.user),
    Route("GET", "/api/access-control/user/permissions", server.permissions),
    Route("GET", "/apis/{group}", server.group),
    Route("POST", "/api/serviceaccounts", server.add_account),
    Route("POST", "/api/serviceaccounts/{id}/tokens", server.add_token),
    Route("GET", "/api/datasources", server.datasources),
    Route("POST", "/api/datasources", server.add_datasource),
    Route("GET", "/api/datasources/uid/{uid}", server.datasource),
    Route("GET", "/api/folders", folders.children),
    Route("POST", "/api/folders", folders.create),
    Route("GET", "/api/folders/{uid}", folders.get),
    Route("PUT", "/api/folders/{uid}", folders.update),
    Route("DELETE", "/api/folders/{uid}", folders.delete),
    Route("POST", "/api/folders/{uid}/move", folders.move),
    Route("GET", "/api/folders/{uid}/counts", folders.counts),
    Route("POST", "/api/dashboards/db", dashboards.save),
    Route("GET", "/api/dashboards/uid/{uid}", dashboards.get),
    Route("DELETE", "/api/dashboards/uid/{uid}", dashboards.delete),
    Route("GET", "/api/dashboards/uid/{uid}/versions", dashboards.versions),
    Route("GET", "/api/dashboards/uid/{uid}/versions/{number}", dashboards.version),
    Route("POST", "/api/dashboards/uid/{uid}/restore", dashboards.restore),
    Route("GET", "/api/search", search.search),
    Route("GET", "/api/annotations", alerting.list_annotations),
    Route("POST", "/api/annotations", alerting.annotate),
    Route("GET", "/api/ruler/grafana/api/v1/rules", alerting.ruler),
    Route("POST", "/api/v1/provisioning/alert-rules", alerting.add_rule),
    Route("DELETE", "/api/v1/provisioning/alert-rules/{uid}", alerting.delete_rule),
    Route("PUT", "/api/v1/provisioning/folder/{folder}/rule-groups/{group}", alerting.put_group),
    Route("GET", _DASHBOARDS, resources.listing, modern_only=True),
    Route("POST", _DASHBOARDS, resources.create, modern_only=True),
    Route("GET", f"{_DASHBOARDS}/{{uid}}", resources.get, modern_only=True),
    Route("PUT", f"{_DASHBOARDS}/{{uid}}", resources.update, modern_only=True),
    Route("DELETE", f"{_DASHBOARDS}/{{uid}}", resources.delete, modern_only=True),
    Route("GET", "/apis/folder.grafana.app/v1beta1/namespaces/default/folders", folders.resources, modern_only=True),
)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


_COMPILED = [(route, _pattern(route.path)) for route in ROUTES]


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route for a request, with the values in its path."""
    for route, pattern in _COMPILED:
        if route.method == method and (found := pattern.fullmatch(path)):
            return route, found.groupdict()
    return None
