"""Sessions on a server: pushed, edited in Grafana, taken into the source, pushed again, and edited again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, environment
from tests.support.archived import connection
from tests.support.arranged import EDITS, document, edit, modules, sections

Json = dict[str, Any]
_TOGETHER = 6


def _panels(spec: Json) -> list[Json]:
    inside = [inner for panel in spec["panels"] for inner in panel.get("panels") or ()]
    return [panel for panel in [*spec["panels"], *inside] if panel["type"] != "row"]


def _retitled(pick: Random, spec: Json) -> None:
    pick.choice(_panels(spec))["title"] = f"Edited {pick.randint(1, 99)}"


def _described(pick: Random, spec: Json) -> None:
    pick.choice(_panels(spec))["description"] = pick.choice(["What it shows.", "Two\nlines", 'with "quotes" {braces}'])


def _measured(pick: Random, spec: Json) -> None:
    panel = pick.choice([one for one in _panels(spec) if one["type"] != "text"] or [{}])
    panel.setdefault("fieldConfig", {"defaults": {}, "overrides": []})["defaults"] |= {"unit": "ms", "decimals": 2}


def _asked(pick: Random, spec: Json) -> None:
    panel = pick.choice([one for one in _panels(spec) if one.get("targets")] or [{"targets": [{}]}])
    panel["targets"][0] |= {"expr": 'sum by (job) (up{job=~"a|b"})', "legendFormat": "{{job}}"}


def _set(pick: Random, spec: Json) -> None:
    spec |= {"tags": [*spec["tags"], "edited"], "refresh": pick.choice(["", "10s"]), "description": "Edited."}


_OTHERS: tuple[Callable[[Random, Json], None], ...] = (_retitled, _described, _measured, _asked, _set)


def _edited(pick: Random, spec: Json) -> Json:
    for number in range(pick.randint(1, 4)):
        if pick.random() < 0.5 and _panels(spec):
            pick.choice(_OTHERS)(pick, spec)
        else:
            parts = sections(spec)
            edit(pick, parts, pick.choice(EDITS), number)
            spec = document(spec, parts)
    return spec


def test_whatever_is_taken_needs_no_push_and_stays(dashkit: Program) -> None:
    @settings(
        max_examples=2, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, 10**9).map(Random))
    def session(pick: Random) -> None:
        with tempfile.TemporaryDirectory() as folder, RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as running:
            _session(pick, Path(folder).resolve(), running, dashkit)

    session()


def _session(pick: Random, folder: Path, running: RunningSandbox, dashkit: Program) -> None:
    (folder / "dashboards").mkdir()
    (folder / "dashkit.yaml").write_text("project: test\n")
    paths = {f"d{number}": folder / f"dashboards/d{number}.py" for number in range(_TOGETHER)}
    for uid, path in paths.items():
        path.write_text(modules(pick, uid))

    def run(*words: str) -> tuple[int, str]:
        result = dashkit(*words, cwd=folder, env=environment(running))
        return result.code, result.out + result.err

    assert run("push", "-q")[0] == 0
    before = {uid: path.read_text() for uid, path in paths.items()}
    for uid in paths:
        stored = connection(running).get(f"/api/dashboards/uid/{uid}").object()
        body = {"dashboard": _edited(pick, stored["dashboard"]), "folderUid": stored["meta"].get("folderUid", "")}
        assert connection(running).write("POST", "/api/dashboards/db", body).ok
    code, said = run("absorb", "--yes")
    left = [uid for uid in paths if f"! {uid}  " in said]
    assert (code == 0) == (not left), said
    assert {uid: paths[uid].read_text() for uid in left} == {uid: before[uid] for uid in left}
    taken = [uid for uid in paths if uid not in left]
    assert len(taken) > _TOGETHER / 2, said
    only = [word for uid in taken for word in ("--only", uid)]
    code, plan = run("push", *only)
    assert code == 0, plan
    assert "~ panel" not in plan
    assert f"{len(taken)} unchanged" in run("push", *only)[1]
    for uid in taken:
        paths[uid].write_text(
            paths[uid]
            .read_text()
            .replace("variables=datasource_variable()", 'variables=datasource_variable(label="Own")')
        )
    code, plan = run("push", *only)
    assert code == 0, plan
    assert f"{len(taken)} updated" in plan
