"""An edit in a Grafana for a picture of the page that offers to take it into the source."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import requests

from dashkit.app.edited import edits
from dashkit.app.offer import Offer, offer
from dashkit.cli.adapters import ports
from dashkit.cli.main import run
from dashkit.config.project import load_project
from dashkit.preview.sources.port import Edits
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store

_CONTEXT, _AUTH = "local", ("admin", "admin")
#: The picture is the same whenever it is made.
_WHEN = "2026-01-01 12:40"


def edited(root: Path, uid: str) -> tuple[Edits, Callable[[str], Offer]]:
    """Push a copy of the project to a sandbox, edit a dashboard there, and return that and what makes the offer."""
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as sandbox, tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        shutil.copytree(root / "dashboards", copy / "dashboards")
        config = (root / "dashkit.yaml").read_text(encoding="utf-8").replace("http://127.0.0.1:3000", sandbox.url)
        (copy / "dashkit.yaml").write_text(config, encoding="utf-8")
        run(["push", "-q", "-c", _CONTEXT, "--yes", "--no-check", "--config", str(copy / "dashkit.yaml")])
        _edit(sandbox.url, uid)
        world = ports(load_project(copy), lambda event: None)
        found = edits(world, _CONTEXT, offered=True)[uid]
        said = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", _WHEN, found.said)
        return replace(found, said=said), partial(_kept, offer(uid, _CONTEXT, world))


def _edit(url: str, uid: str) -> None:
    """Change two panels as Grafana's editor does."""
    stored = requests.get(f"{url}/api/dashboards/uid/{uid}", auth=_AUTH, timeout=10).json()
    panels = {panel["title"]: panel for panel in stored["dashboard"]["panels"]}
    panels["Errors"]["fieldConfig"]["defaults"]["decimals"] = 3
    panels["Latency p95"]["description"] = "The slowest of twenty requests. Good: steady."
    save = {"dashboard": stored["dashboard"], "folderUid": stored["meta"]["folderUid"]}
    requests.post(f"{url}/api/dashboards/db", json=save, auth=_AUTH, timeout=10).raise_for_status()


def _kept(made: Offer, _uid: str) -> Offer:
    return made
