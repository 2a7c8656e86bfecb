"""A project that was pushed to a sandbox, whose dashboards people edit there."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import requests

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project

#: The name of the context.
LAB = "lab"
_AUTH = ("admin", "admin")


def pushed(project: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    """Give a project the sandbox as a context, and push it there."""
    context = f"{{url: '{sandbox.url}', user: admin, password_command: echo admin}}"
    project.write("dashkit.yaml", f"project: test\ncontexts: {{{LAB}: {context}}}\n")
    result = dashkit("push", "-c", LAB, "--yes", "--no-check", cwd=project.folder)
    assert result.code == 0, result.err


def edited_in_grafana(
    sandbox: RunningSandbox, uid: str, *changes: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Change a dashboard as the UI saves it, and return it as it was before."""
    found = requests.get(f"{sandbox.url}/api/dashboards/uid/{uid}", auth=_AUTH, timeout=10).json()
    spec = copy.deepcopy(found["dashboard"])
    for change in changes:
        change(spec)
    save = {"dashboard": spec, "folderUid": found["meta"]["folderUid"], "message": ""}
    answer = requests.post(f"{sandbox.url}/api/dashboards/db", json=save, auth=_AUTH, timeout=10)
    assert answer.status_code == 200, answer.text
    return dict(found["dashboard"])


def element_changed(sandbox: RunningSandbox, uid: str, title: str, **defaults: Any) -> dict[str, Any]:
    """Change the field defaults of a panel of the v2 schema as the UI saves it, and return the panel."""
    address = f"{sandbox.url}/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{uid}"
    found = requests.get(address, auth=_AUTH, timeout=10).json()
    found["metadata"]["annotations"].pop("grafana.app/message", None)
    panels = [element["spec"] for element in found["spec"]["elements"].values()]
    (panel,) = [one for one in panels if one["title"] == title]
    panel["vizConfig"]["spec"]["fieldConfig"]["defaults"].update(defaults)
    answer = requests.put(address, json=found, auth=_AUTH, timeout=10)
    assert answer.status_code == 200, answer.text
    return dict(panel)
