"""Objects of each kind as `Item`s: read from a server, and written to one.

One entry for each kind of `dashkit.model.kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashkit.grafana.stored import (
    dashboards,
    datasources,
    events,
    folders,
    library_panels,
    notifications,
    people,
    permissions,
    policies,
    rules,
    sharing,
)
from dashkit.grafana.stored.scope import Stored

STORED: Mapping[str, Stored] = {
    "organisations": people.ORGANISATIONS,
    "users": people.USERS,
    "service-accounts": people.ACCOUNTS,
    "teams": people.TEAMS,
    "datasources": datasources.STORED,
    "folders": folders.STORED,
    "folder-permissions": permissions.FOLDERS,
    "library-panels": library_panels.STORED,
    "dashboards": dashboards.STORED,
    "dashboard-versions": dashboards.VERSIONS,
    "dashboard-permissions": permissions.DASHBOARDS,
    "public-dashboards": dashboards.PUBLIC,
    "mute-timings": notifications.TIMINGS,
    "templates": notifications.TEMPLATES,
    "contact-points": notifications.POINTS,
    "policies": policies.STORED,
    "alert-rules": rules.STORED,
    "annotations": events.STORED,
    "playlists": sharing.PLAYLISTS,
    "snapshots": sharing.SNAPSHOTS,
    "correlations": sharing.CORRELATIONS,
    "preferences": people.PREFERENCES,
}
