"""A handler for each kind of `dashkit.model.kinds`, which reads and writes its objects as `Item`s."""

from collections.abc import Mapping

from dashkit.grafana.kinds import (
    alert_groups,
    annotations,
    correlations,
    dashboards,
    datasources,
    folders,
    library_panels,
    notifications,
    people,
    permissions,
    playlists,
    policies,
    snapshots,
)
from dashkit.grafana.kinds.scope import KindHandler

HANDLERS: Mapping[str, KindHandler] = {
    "organisations": people.ORGANISATIONS,
    "users": people.USERS,
    "service-accounts": people.ACCOUNTS,
    "teams": people.TEAMS,
    "datasources": datasources.HANDLER,
    "folders": folders.HANDLER,
    "folder-permissions": permissions.FOLDERS,
    "library-panels": library_panels.HANDLER,
    "dashboards": dashboards.HANDLER,
    "dashboard-versions": dashboards.VERSIONS,
    "dashboard-permissions": permissions.DASHBOARDS,
    "public-dashboards": dashboards.PUBLIC,
    "mute-timings": notifications.TIMINGS,
    "templates": notifications.TEMPLATES,
    "contact-points": notifications.POINTS,
    "policies": policies.HANDLER,
    "alert-rules": alert_groups.HANDLER,
    "annotations": annotations.HANDLER,
    "playlists": playlists.HANDLER,
    "snapshots": snapshots.HANDLER,
    "correlations": correlations.HANDLER,
    "preferences": people.PREFERENCES,
}
