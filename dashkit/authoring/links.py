"""Links between dashboards, and events drawn over panels."""

from __future__ import annotations

from typing import Any


def dashboard_link(title: str, uid: str, *, tooltip: str = "") -> dict[str, Any]:
    """A link to another dashboard of the project that keeps time range and variables."""
    return _link(title, "link", url=f"/d/{uid}", icon="dashboard", tooltip=tooltip)


def tag_links(title: str, *tags: str) -> dict[str, Any]:
    """A menu of all dashboards that carry the tags."""
    return _link(title, "dashboards", tags=list(tags), asDropdown=True, icon="external link")


def web_link(title: str, url: str, *, tooltip: str = "") -> dict[str, Any]:
    """A link to a page elsewhere, such as a runbook, in a new tab."""
    link = _link(title, "link", url=url, icon="external link", tooltip=tooltip, targetBlank=True)
    return {**link, "includeVars": False, "keepTime": False}


def _link(title: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "asDropdown": False,
        "icon": "dashboard",
        "includeVars": True,
        "keepTime": True,
        "tags": [],
        "targetBlank": False,
        "title": title,
        "tooltip": "",
        "type": kind,
        "url": "",
        **more,
    }


def event_annotation(
    name: str, expr: str, *, title: str = "", text: str = "", color: str = "blue", datasource: str = "${datasource}"
) -> dict[str, Any]:
    """Vertical lines where a PromQL expression has a value, such as deployments: ``changes(build_info[2m]) > 0``.

    ``title`` and ``text`` may use labels: ``{{version}}``.
    """
    return {
        "datasource": {"type": "prometheus", "uid": datasource},
        "enable": True,
        "expr": " ".join(expr.split()),
        "hide": False,
        "iconColor": color,
        "name": name,
        "step": "60s",
        "textFormat": text,
        "titleFormat": title or name,
    }


def deploy_annotation(*tags: str, name: str = "Deployments", color: str = "purple") -> dict[str, Any]:
    """Vertical lines where somebody wrote an annotation with all these tags into Grafana, as ``dashkit push --annotate`` does."""
    return {
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": False,
        "iconColor": color,
        "name": name,
        "target": {"limit": 100, "matchAny": False, "tags": list(tags), "type": "tags"},
    }
