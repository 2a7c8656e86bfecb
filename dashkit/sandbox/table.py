"""The routes that the sandbox serves. All others are answered with 501, never with a success that did nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from dashkit.sandbox import (
    alert_groups,
    dashboards,
    datasource_health,
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


Handler = Callable[[Call], Answer]

ROUTES: dict[str, dict[str, Handler]] = {
    "/api/health": {"GET": server.health},
    "/api/frontend/settings": {"GET": server.settings},
    "/api/org": {"GET": server.organisation},
    "/api/user": {"GET": server.user},
    "/api/access-control/user/permissions": {"GET": server.permissions},
    "/apis/{group}": {"GET": server.group},
    "/apis/iam.grafana.app/v0alpha1/namespaces/{namespace}/display": {"GET": people.display},
    "/api/serviceaccounts": {"POST": server.add_account},
    "/api/serviceaccounts/{id}/tokens": {"POST": server.add_token},
    "/api/serviceaccounts/search": {"GET": people.accounts},
    "/api/serviceaccounts/{id}": {"PATCH": people.change_account},
    "/api/orgs": {"GET": people.organisations, "POST": people.add_organisation},
    "/api/orgs/{id}/users": {"POST": people.add_member},
    "/api/orgs/{id}/users/{user}": {"PATCH": people.change_member, "DELETE": people.remove_member},
    "/api/org/users": {"GET": people.members},
    "/api/org/preferences": {"GET": teams.preferences, "PUT": teams.set_preferences},
    "/api/users": {"GET": people.users},
    "/api/users/search": {"GET": people.search_users},
    "/api/users/{user}/orgs": {"GET": people.user_organisations},
    "/api/users/{user}": {"PUT": people.change_user},
    "/api/admin/users": {"POST": people.add_user},
    "/api/admin/users/{user}/permissions": {"PUT": people.user_permissions},
    "/api/admin/users/{user}/disable": {"POST": people.disable_user},
    "/api/admin/users/{user}/enable": {"POST": people.enable_user},
    "/api/teams/search": {"GET": teams.teams},
    "/api/teams": {"POST": teams.add_team},
    "/api/teams/{id}": {"PUT": teams.change_team},
    "/api/teams/{id}/members": {"GET": teams.team_members, "POST": teams.add_team_member},
    "/api/teams/{id}/members/{user}": {"PUT": teams.change_team_member, "DELETE": teams.remove_team_member},
    "/api/teams/{id}/preferences": {"GET": teams.team_preferences, "PUT": teams.set_team_preferences},
    "/api/datasources": {"GET": datasources.datasources, "POST": datasources.add_datasource},
    "/api/datasources/correlations": {"GET": datasources.correlations},
    "/api/datasources/uid/{uid}": {
        "GET": datasources.datasource,
        "PUT": datasources.change_datasource,
        "DELETE": datasources.delete_datasource,
    },
    "/api/datasources/uid/{uid}/health": {"GET": datasource_health.health},
    "/api/datasources/uid/{uid}/correlations": {"POST": datasources.add_correlation},
    "/api/library-elements": {"GET": library_panels.elements, "POST": library_panels.add_element},
    "/api/library-elements/{uid}": {
        "GET": library_panels.element,
        "PATCH": library_panels.change_element,
        "DELETE": library_panels.delete_element,
    },
    "/api/folders": {"GET": folders.children, "POST": folders.create},
    "/api/folders/{uid}": {"GET": folders.get, "PUT": folders.update, "DELETE": folders.delete},
    "/api/folders/{uid}/move": {"POST": folders.move},
    "/api/folders/{uid}/counts": {"GET": folders.counts},
    "/api/folders/{uid}/permissions": {
        "GET": partial(permissions.get, kind="folder"),
        "POST": partial(permissions.update, kind="folder"),
    },
    "/api/dashboards/db": {"POST": dashboards.save},
    "/api/dashboards/uid/{uid}": {"GET": dashboards.get, "DELETE": dashboards.delete},
    "/api/dashboards/uid/{uid}/versions": {"GET": dashboards.versions},
    "/api/dashboards/uid/{uid}/versions/{number}": {"GET": dashboards.version},
    "/api/dashboards/uid/{uid}/restore": {"POST": dashboards.restore},
    "/api/dashboards/uid/{uid}/permissions": {
        "GET": partial(permissions.get, kind="dashboard"),
        "POST": partial(permissions.update, kind="dashboard"),
    },
    "/api/dashboards/public-dashboards": {"GET": sharing.public_dashboards},
    "/api/dashboards/uid/{uid}/public-dashboards/?": {
        "GET": sharing.public_dashboard,
        "POST": sharing.add_public_dashboard,
    },
    "/api/dashboards/uid/{uid}/public-dashboards/{public}": {"PATCH": sharing.change_public_dashboard},
    "/api/playlists": {"GET": sharing.playlists, "POST": sharing.add_playlist},
    "/api/playlists/{uid}": {"GET": sharing.playlist, "PUT": sharing.change_playlist},
    "/api/dashboard/snapshots": {"GET": sharing.snapshots},
    "/api/snapshots/{key}": {"GET": sharing.snapshot},
    "/api/snapshots": {"POST": sharing.add_snapshot},
    "/api/search": {"GET": search.search},
    "/api/annotations": {"GET": alert_groups.list_annotations, "POST": alert_groups.annotate},
    "/api/ruler/grafana/api/v1/rules": {"GET": alert_groups.ruler},
    "/api/ruler/grafana/api/v1/rule/{uid}/versions": {"GET": alert_groups.rule_versions},
    f"{_PROVISIONING}/alert-rules": {"POST": alert_groups.add_rule},
    f"{_PROVISIONING}/alert-rules/{{uid}}": {"DELETE": alert_groups.delete_rule},
    f"{_PROVISIONING}/folder/{{folder}}/rule-groups/{{group}}": {"PUT": alert_groups.put_group},
    f"{_PROVISIONING}/contact-points": {"GET": notifications.points, "POST": notifications.add_point},
    f"{_PROVISIONING}/contact-points/{{uid}}": {
        "PUT": notifications.change_point,
        "DELETE": notifications.delete_point,
    },
    f"{_PROVISIONING}/policies": {
        "GET": notifications.policies,
        "PUT": notifications.set_policies,
        "DELETE": notifications.reset_policies,
    },
    _TREE: {"GET": notifications.routing_tree, "PUT": notifications.set_routing_tree},
    f"{_PROVISIONING}/mute-timings": {"GET": notifications.timings, "POST": notifications.add_timing},
    f"{_PROVISIONING}/mute-timings/{{name}}": {
        "PUT": notifications.change_timing,
        "DELETE": notifications.delete_timing,
    },
    f"{_PROVISIONING}/templates": {"GET": notifications.templates},
    f"{_PROVISIONING}/templates/{{name}}": {"PUT": notifications.put_template, "DELETE": notifications.delete_template},
    _DASHBOARDS: {"GET": resources.listing, "POST": resources.create},
    f"{_DASHBOARDS}/{{uid}}": {
        "GET": resources.get,
        "PUT": resources.update,
        "PATCH": resources.patch,
        "DELETE": resources.delete,
    },
    "/apis/folder.grafana.app/v1beta1/namespaces/{namespace}/folders": {"GET": folders.resources},
}
"""Handlers by path and method."""

#: These need no login.
PUBLIC: tuple[Handler, ...] = (server.health, sharing.snapshot)


def _pattern(path: str) -> re.Pattern[str]:
    escaped = re.escape(path).replace(r"/\?", "/?")
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", escaped))


_COMPILED = [(_pattern(path), handlers) for path, handlers in ROUTES.items()]


def match(method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
    """Return the handler for a request and the values in its path."""
    for pattern, handlers in _COMPILED:
        if method in handlers and (found := pattern.fullmatch(path)):
            return handlers[method], found.groupdict()
    return None
