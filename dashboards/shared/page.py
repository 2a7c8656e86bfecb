"""What all dashboards of this project have: variables, links, deployments as lines, the way to their source."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashkit.authoring import (
    dashboard_link,
    datasource_variable,
    deploy_annotation,
    event_annotation,
    new_dashboard,
    query_variable,
    selector,
    tag_links,
    text_variable,
    web_link,
)

from .systems import ENVIRONMENT, System

SOURCE = "https://git.example.org/dashkit/blob/main"
JAEGER = "https://jaeger.example.org"


def page(
    title: str,
    *,
    uid: str,
    description: str,
    panels: Iterable[Any],
    tags: Iterable[str],
    system: System | None = None,
    metric: str = "up",
    variables: Iterable[Any] = (),
    drill: Iterable[tuple[str, str]] = (),
    time: str = "3h",
    refresh: str = "1m",
    traces: bool = False,
    events: Iterable[Any] = (),
) -> Any:
    """A dashboard with the project's usual equipment.

    ``metric`` is asked for the environments there are; ``drill`` are titles and uids of the dashboards one level below,
    ``events`` annotations of its own.
    """
    family, *_ = tags = [*tags]
    where = selector(system=system.name) if system else ""
    values = [
        datasource_variable(),
        query_variable("environment", f"label_values({metric}{where}, environment)"),
        *variables,
    ]
    if traces:
        values.append(text_variable("jaeger", JAEGER, label="Jaeger"))
    links = [dashboard_link(name, target) for name, target in drill]
    if system:
        links.append(tag_links(system.title, system.name))
    links += [tag_links(family.capitalize(), family), web_link("Source", f"{SOURCE}/{_module()}")]
    annotations = [deploy_annotation("dashkit", "deployment")]
    if system and system.namespace:
        where = selector(f'namespace="{system.namespace}"', ENVIRONMENT)
        deployed = f"changes(kube_deployment_status_observed_generation{where}[2m]) > 0"
        annotations.append(event_annotation("Rollouts", deployed, title="{{deployment}} rolled out"))
    annotations += events
    return new_dashboard(
        title,
        uid=uid,
        description=description,
        tags=[*tags, *([system.name] if system and system.name not in tags else [])],
        time=time,
        refresh=refresh,
        variables=values,
        links=links,
        annotations=annotations,
        panels=panels,
    )


def trace_link(service: str) -> dict[str, Any]:
    """From a latency panel to the traces of a service within the time shown."""
    query = f"service={service}&start=${{__from}}000&end=${{__to}}000&minDuration=500ms"
    return {"title": "Slow traces in Jaeger", "url": f"${{jaeger}}/search?{query}", "targetBlank": True}


def _module() -> str:
    """The path of the dashboard module that asked for a page."""
    frame = sys._getframe(2)
    path = Path(frame.f_code.co_filename)
    parts = path.parts[path.parts.index("dashboards") :] if "dashboards" in path.parts else (path.name,)
    return "/".join(parts)
