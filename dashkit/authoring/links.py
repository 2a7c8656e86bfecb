"""Links between dashboards, and events shown on panels."""

from __future__ import annotations

from typing import Any


def dashboard_link(
    title: str,
    uid: str,
    *,
    tooltip: str = "",
    new_tab: bool = False,
    keep_time: bool = True,
    keep_variables: bool = True,
) -> dict[str, Any]:
    """Create a link to another dashboard of the project. It keeps the time range and the variables."""
    kept = _kept(new_tab, keep_time, keep_variables)
    return _link(title, "link", url=f"/d/{uid}", icon="dashboard", tooltip=tooltip, **kept)


def tag_links(
    title: str,
    *tags: str,
    menu: bool = True,
    tooltip: str = "",
    new_tab: bool = False,
    keep_time: bool = True,
    keep_variables: bool = True,
) -> dict[str, Any]:
    """Create a menu of all dashboards that have these tags; with ``menu=False``, a button for each of them."""
    kept = _kept(new_tab, keep_time, keep_variables)
    return _link(title, "dashboards", tags=list(tags), asDropdown=menu, tooltip=tooltip, icon="external link", **kept)


def web_link(
    title: str,
    url: str,
    *,
    tooltip: str = "",
    icon: str = "external link",
    new_tab: bool = True,
    keep_time: bool = False,
    keep_variables: bool = False,
) -> dict[str, Any]:
    """Create a link to another website, such as a runbook. It opens in a new tab.

    ``icon`` is one of Grafana's: ``external link``, ``dashboard``, ``question``, ``info``, ``bolt``, ``doc``, ``cloud``.
    """
    kept = _kept(new_tab, keep_time, keep_variables)
    return _link(title, "link", url=url, icon=icon, tooltip=tooltip, **kept)


def link(title: str, url: str, *, new_tab: bool = False) -> dict[str, Any]:
    """Create a link for a panel's menu or for its values. The address may contain ``${__from}``, ``${__data.fields.job}``, ..."""
    return {"title": title, "url": url, **({"targetBlank": True} if new_tab else {})}


def _kept(new_tab: bool, keep_time: bool, keep_variables: bool) -> dict[str, bool]:
    return {"targetBlank": new_tab, "keepTime": keep_time, "includeVars": keep_variables}


def _link(title: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "asDropdown": False,
        "icon": "dashboard",
        "tags": [],
        "title": title,
        "tooltip": "",
        "type": kind,
        "url": "",
        **more,
    }


def event_annotation(
    name: str, expr: str, *, title: str = "", text: str = "", color: str = "blue", datasource: str = "${datasource}"
) -> dict[str, Any]:
    """Draw vertical lines where a PromQL expression has a value, such as deployments: ``changes(build_info[2m]) > 0``.

    ``title`` and ``text`` can contain labels: ``{{version}}``.
    """
    source = {"type": "prometheus", "uid": datasource}
    query = {"expr": " ".join(expr.split()), "step": "60s", "textFormat": text, "titleFormat": title or name}
    return {"name": name, "enable": True, "hide": False, "iconColor": color, "datasource": source, **query}


def deploy_annotation(*tags: str, name: str = "Deployments", color: str = "purple") -> dict[str, Any]:
    """Draw vertical lines at Grafana annotations that have all these tags, such as those of ``dashkit push --annotate``."""
    source = {"type": "grafana", "uid": "-- Grafana --"}
    target = {"limit": 100, "matchAny": False, "tags": list(tags), "type": "tags"}
    return {"name": name, "enable": True, "hide": False, "iconColor": color, "datasource": source, "target": target}
