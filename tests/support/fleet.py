"""Several Grafanas in this process, and a project that has them as contexts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Project

ADMIN = ("admin", "admin")
#: For `write_contexts`.
ENV = {"FLEET": "admin"}
#: Nobody listens there.
NOBODY = "http://127.0.0.1:9"


@contextmanager
def running(*flavours: str) -> Iterator[list[RunningSandbox]]:
    """Start a sandbox of each flavour."""
    with ExitStack() as stack:
        yield [stack.enter_context(RunningSandbox(Sandbox(Store(), FLAVOURS[name]))) for name in flavours]


def emptied(servers: list[RunningSandbox]) -> list[RunningSandbox]:
    """Let running servers forget everything, which is quicker than to start new ones."""
    for server in servers:
        server.sandbox.close()
        server.sandbox.store = Store()
        server.sandbox._others.clear()
        server.sandbox.faults.clear()
        server.sandbox.requests.clear()
    return servers


def write_contexts(project: Project, urls: Mapping[str, str], more: Mapping[str, str] | None = None) -> None:
    """Write dashkit.yaml with a context for each name, all in the group ``prod``; ``more`` are further keys of one."""
    lines = ["project: test", "contexts:"]
    for name, url in urls.items():
        keys = f"url: '{url}', user: admin, password_env: FLEET, groups: [prod]"
        lines.append(f"  {name}: {{{keys}{', ' if (more or {}).get(name) else ''}{(more or {}).get(name, '')}}}")
    project.write("dashkit.yaml", "\n".join(lines) + "\n")


def titles(server: RunningSandbox, uid: str, org: int = 1) -> str | None:
    """Return the title of a dashboard, None if there is none."""
    url, headers = f"{server.url}/api/dashboards/uid/{uid}", {"X-Grafana-Org-Id": str(org)}
    answer = requests.get(url, auth=ADMIN, headers=headers, timeout=5).json()
    return str(answer["dashboard"]["title"]) if "dashboard" in answer else None


def add_prometheus(server: RunningSandbox) -> None:
    """Give a sandbox a datasource; what it answers is up to `answers`."""
    body = {"name": "Prometheus", "uid": "prom", "type": "prometheus", "url": NOBODY, "isDefault": True}
    requests.post(f"{server.url}/api/datasources", json=body, auth=ADMIN, timeout=5).raise_for_status()


def answers(server: RunningSandbox, *errors: str) -> None:
    """Let the next queries be answered one after another: with this error, or with data for an empty one. The last one stays."""
    for number, error in enumerate(errors):
        fields = [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]
        frame = {"schema": {"fields": fields}, "data": {"values": [[1], [1]]}}
        result: dict[str, Any] = {"frames": [], "error": error} if error else {"frames": [frame]}
        times = 1 if number < len(errors) - 1 else 10_000
        body = {"results": {"A": result}}
        server.sandbox.faults.add(Fault("/api/ds/query", "POST", times, status=400 if error else 200, body=body))
