"""What the sandbox serves. All else is answered with 501, never with a success that did nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dashkit.sandbox import (
    alert_groups,
    dashboards,
    datasources,
    folders,
    library_panels,
    notifications,
    people,
    permissions,
    resources,
    search,
    server,
    sharing,
    teams,
)
from dashkit.sandbox.call import Answer, Call

_PROVISIONING = "/api/v1/provisioning"
_TREE = "/apis/notifications.alerting.grafana.app/v0alpha1/namespaces/{namespace}/routingtrees/user-defined"
_DASHBOARDS = "/apis/dashboard.grafana.app/{version}/namespaces/{namespace}/dashboards"


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
    Route("GET", "/apis/iam.grafana.app/v0alpha1/namespaces/{namespace}/display", people.display, modern_only=True),
    Route("POST", "/api/serviceaccounts", server.add_account),
    Route("POST", "/api/serviceaccounts/{id}/tokens", server.add_token),
    Route("GET", "/api/serviceaccounts/search", people.accounts),
    Route("PATCH", "/api/serviceaccounts/{id}", people.change_account),
    Route("GET", "/api/orgs", people.organisations),
    Route("POST", "/api/orgs", people.add_organisation),
    Route("POST", "/api/orgs/{id}/users", people.add_member),
    Route("PATCH", "/api/orgs/{id}/users/{user}", people.change_member),
    Route("DELETE", "/api/orgs/{id}/users/{user}", people.remove_member),
    Route("GET", "/api/org/users", people.members),
    Route("GET", "/api/org/preferences", teams.preferences),
    Route("PUT", "/api/org/preferences", teams.set_preferences),
    Route("GET", "/api/users", people.users),
    Route("GET", "/api/users/search", people.search_users),
    Route("GET", "/api/users/{user}/orgs", people.user_organisations),
    Route("PUT", "/api/users/{user}", people.change_user),
    Route("POST", "/api/admin/users", people.add_user),
    Route("PUT", "/api/admin/users/{user}/permissions", people.user_permissions),
    Route("POST", "/api/admin/users/{user}/disable", people.disable_user),
    Route("POST", "/api/admin/users/{user}/enable", people.enable_user),
    Route("GET", "/api/teams/search", teams.teams),
    Route("POST", "/api/teams", teams.add_team),
    Route("PUT", "/api/teams/{id}", teams.change_team),
    Route("GET", "/api/teams/{id}/members", teams.team_members),
    Route("POST", "/api/teams/{id}/members", teams.add_team_member),
    Route("PUT", "/api/teams/{id}/members/{user}", teams.change_team_member),
    Route("DELETE", "/api/teams/{id}/members/{user}", teams.remove_team_member),
    Route("GET", "/api/teams/{id}/preferences", teams.team_preferences),
    Route("PUT", "/api/teams/{id}/preferences", teams.set_team_preferences),
    Route("GET", "/api/datasources", datasources.datasources),
    Route("POST", "/api/datasources", datasources.add_datasource),
    Route("GET", "/api/datasources/correlations", datasources.correlations),
    Route("GET", "/api/datasources/uid/{uid}", datasources.datasource),
    Route("PUT", "/api/datasources/uid/{uid}", datasources.change_datasource),
    Route("DELETE", "/api/datasources/uid/{uid}", datasources.delete_datasource),
    Route("POST", "/api/datasources/uid/{uid}/correlations", datasources.add_correlation),
    Route("GET", "/api/library-elements", library_panels.elements),
    Route("POST", "/api/library-elements", library_panels.add_element),
    Route("GET", "/api/library-elements/{uid}", library_panels.element),
    Route("PATCH", "/api/library-elements/{uid}", library_panels.change_element),
    Route("DELETE", "/api/library-elements/{uid}", library_panels.delete_element),
    Route("GET", "/api/folders", folders.children),
    Route("POST", "/api/folders", folders.create),
    Route("GET", "/api/folders/{uid}", folders.get),
    Route("PUT", "/api/folders/{uid}", folders.update),
    Route("DELETE", "/api/folders/{uid}", folders.delete),
    Route("POST", "/api/folders/{uid}/move", folders.move),
    Route("GET", "/api/folders/{uid}/counts", folders.counts),
    Route("GET", "/api/folders/{uid}/permissions", permissions.folder_permissions),
    Route("POST", "/api/folders/{uid}/permissions", permissions.set_folder_permissions),
    Route("POST", "/api/dashboards/db", dashboards.save),
    Route("GET", "/api/dashboards/uid/{uid}", dashboards.get),
    Route("DELETE", "/api/dashboards/uid/{uid}", dashboards.delete),
    Route("GET", "/api/dashboards/uid/{uid}/versions", dashboards.versions),
    Route("GET", "/api/dashboards/uid/{uid}/versions/{number}", dashboards.version),
    Route("POST", "/api/dashboards/uid/{uid}/restore", dashboards.restore),
    Route("GET", "/api/dashboards/uid/{uid}/permissions", permissions.dashboard_permissions),
    Route("POST", "/api/dashboards/uid/{uid}/permissions", permissions.set_dashboard_permissions),
    Route("GET", "/api/dashboards/public-dashboards", sharing.public_dashboards),
    Route("GET", "/api/dashboards/uid/{uid}/public-dashboards/?", sharing.public_dashboard),
    Route("POST", "/api/dashboards/uid/{uid}/public-dashboards/?", sharing.add_public_dashboard),
    Route("PATCH", "/api/dashboards/uid/{uid}/public-dashboards/{public}", sharing.change_public_dashboard),
    Route("GET", "/api/playlists", sharing.playlists),
    Route("POST", "/api/playlists", sharing.add_playlist),
    Route("GET", "/api/playlists/{uid}", sharing.playlist),
    Route("PUT", "/api/playlists/{uid}", sharing.change_playlist),
    Route("GET", "/api/dashboard/snapshots", sharing.snapshots),
    Route("GET", "/api/snapshots/{key}", sharing.snapshot, public=True),
    Route("POST", "/api/snapshots", sharing.add_snapshot),
    Route("GET", "/api/search", search.search),
    Route("GET", "/api/annotations", alert_groups.list_annotations),
    Route("POST", "/api/annotations", alert_groups.annotate),
    Route("GET", "/api/ruler/grafana/api/v1/rules", alert_groups.ruler),
    Route("POST", "/api/v1/provisioning/alert-rules", alert_groups.add_rule),
    Route("DELETE", "/api/v1/provisioning/alert-rules/{uid}", alert_groups.delete_rule),
    Route("PUT", "/api/v1/provisioning/folder/{folder}/rule-groups/{group}", alert_groups.put_group),
    Route("GET", f"{_PROVISIONING}/contact-points", notifications.points),
    Route("POST", f"{_PROVISIONING}/contact-points", notifications.add_point),
    Route("PUT", f"{_PROVISIONING}/contact-points/{{uid}}", notifications.change_point),
    Route("DELETE", f"{_PROVISIONING}/contact-points/{{uid}}", notifications.delete_point),
    Route("GET", f"{_PROVISIONING}/policies", notifications.policies),
    Route("PUT", f"{_PROVISIONING}/policies", notifications.set_policies),
    Route("DELETE", f"{_PROVISIONING}/policies", notifications.reset_policies),
    Route("GET", _TREE, notifications.routing_tree, modern_only=True),
    Route("PUT", _TREE, notifications.set_routing_tree, modern_only=True),
    Route("GET", f"{_PROVISIONING}/mute-timings", notifications.timings),
    Route("POST", f"{_PROVISIONING}/mute-timings", notifications.add_timing),
    Route("PUT", f"{_PROVISIONING}/mute-timings/{{name}}", notifications.change_timing),
    Route("DELETE", f"{_PROVISIONING}/mute-timings/{{name}}", notifications.delete_timing),
    Route("GET", f"{_PROVISIONING}/templates", notifications.templates),
    Route("PUT", f"{_PROVISIONING}/templates/{{name}}", notifications.put_template),
    Route("DELETE", f"{_PROVISIONING}/templates/{{name}}", notifications.delete_template),
    Route("GET", _DASHBOARDS, resources.listing, modern_only=True),
    Route("POST", _DASHBOARDS, resources.create, modern_only=True),
    Route("GET", f"{_DASHBOARDS}/{{uid}}", resources.get, modern_only=True),
    Route("PUT", f"{_DASHBOARDS}/{{uid}}", resources.update, modern_only=True),
    Route("DELETE", f"{_DASHBOARDS}/{{uid}}", resources.delete, modern_only=True),
    Route(
        "GET", "/apis/folder.grafana.app/v1beta1/namespaces/{namespace}/folders", folders.resources, modern_only=True
    ),
)


def _pattern(path: str) -> re.Pattern[str]:
    escaped = re.escape(path).replace(r"/\?", "/?")
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", escaped))


_COMPILED = [(route, _pattern(route.path)) for route in ROUTES]


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route for a request, with the values in its path."""
    for route, pattern in _COMPILED:
        if route.method == method and (found := pattern.fullmatch(path)):
            return route, found.groupdict()
    return None
