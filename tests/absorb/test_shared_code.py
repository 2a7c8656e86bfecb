"""Code that makes several panels or dashboards: it changes if all of them changed alike, and else it is said where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dashkit.absorb.told import by_hand
from tests.support.absorbing import absorb

_HEAD = "from dashkit.authoring import Indicator, Limit, datasource_variable, grid, new_dashboard, prometheus, row, stat, text, timeseries\n"
_FACTORY = (
    'def service(name, unit="s"):\n'
    '    return new_dashboard(f"{UID} {name}", uid=f"{UID}-{name}", variables=datasource_variable(), panels=[\n'
    '        stat("A", f"up{{{{job=\'{name}\'}}}}", key=1, unit=unit, decimals=1),\n'
    '    ])\n\n\ndashboards = [\n    *(service(name) for name in ("a", "b")),\n    service("c", unit="m"),\n]\n'
)
_PANELS = 'def errors(key, **options):\n    return stat("Errors", "up", key=key, decimals=1, **options)\n'
_USES = (
    "from ..shared.UID import errors\n"
    'dashboard = new_dashboard("UID-NAME", uid="UID-NAME", variables=datasource_variable(), panels=[errors(1, unit="s")])\n'
)
_INDICATOR = (
    'ERRORS = Indicator("Errors", "rate(errors[$__rate_interval])", Limit(1, 2, 3), "ops", "What fails.", by="job")\n'
    'dashboard = new_dashboard("UID", uid="UID", variables=datasource_variable(), panels=[ERRORS.stat(key=1), ERRORS.timeseries(key=2)])\n'
)


@dataclass(frozen=True)
class Case:
    """Files, what would be another text in them, which dashboards were edited, and where that is said if it is not taken.

    ``after`` is what the files become if they do not become what makes the same.
    """

    files: dict[str, str]
    edits: dict[str, dict[str, str]]
    uids: tuple[str, ...]
    where: str = ""
    after: dict[str, dict[str, str]] = field(default_factory=dict)


def _factory(name: str, *, lone: bool = True) -> dict[str, str]:
    text = _FACTORY.replace("{UID}", name)
    return {f"ops/{name}.py": text if lone else text.replace('    service("c", unit="m"),\n', "")}


def _users(name: str) -> dict[str, str]:
    uses = {f"ops/{name}_{one}.py": _USES.replace("NAME", one).replace("UID", name) for one in ("a", "b")}
    return {f"shared/{name}.py": _PANELS, **uses}


CASES = {
    "all-of-a-factory": Case(
        _factory("all", lone=False), {"ops/all.py": {"decimals=1": "decimals=2"}}, ("all-a", "all-b"),
    ),
    "default-of-a-factory": Case(
        _factory("default"), {"ops/default.py": {'unit="s"': 'unit="ms"'}}, ("default-a", "default-b"),
        after={"ops/default.py": {"service(name) for": 'service(name, unit="ms") for'}},
    ),
    "one-of-a-factory": Case(
        _factory("one"), {"ops/one.py": {"decimals=1": 'decimals=2 if name == "a" else 1'}}, ("one-a",), "ops/one.py:4",
    ),
    "one-call-of-a-factory": Case(_factory("call"), {"ops/call.py": {'unit="m"': 'unit="h"'}}, ("call-c",)),
    "all-of-a-shared-function": Case(
        _users("every"), {"shared/every.py": {"decimals=1": "decimals=2"}}, ("every-a", "every-b"),
    ),
    "one-of-a-shared-function": Case(
        _users("some"), {"shared/some.py": {"decimals=1": 'decimals=2 if options == {"unit": "h"} else 1'},
                         "ops/some_a.py": {'unit="s"': 'unit="h"'}}, ("some-a",),
        after={"ops/some_a.py": {
            'errors(1, unit="s")': 'stat("Errors", prometheus("up"), unit="h", decimals=2, key=1)',
            "from ..shared.some import errors\n": "",
        }},
    ),
    "an-option-of-a-shared-function": Case(_users("own"), {"ops/own_a.py": {'unit="s"': 'unit="h"'}}, ("own-a",)),
    "a-new-option-of-a-shared-function": Case(
        _users("new"), {"ops/new_a.py": {'unit="s"': 'unit="s", color="red"'}}, ("new-a",),
    ),
    "an-indicator": Case(
        {"ops/i.py": _INDICATOR.replace("UID", "i")}, {"ops/i.py": {"stat(key=1)": 'stat(key=1, unit="reqps")'}}, ("i",),
    ),
    "a-title-of-an-indicator": Case(
        {"ops/j.py": _INDICATOR.replace("UID", "j")}, {"ops/j.py": {"stat(key=1)": 'stat(key=1, title="All")'}}, ("j",),
    ),
    "constants-of-another-module": Case(
        {"shared/units.py": 'UNIT = "s"\n',
         "ops/k.py": "from ..shared.units import UNIT\n" + 'dashboard = new_dashboard("k", uid="k", variables=datasource_variable(), panels=[stat("A", "up", key=1, unit=UNIT)])\n'},
        {"ops/k.py": {"unit=UNIT": 'unit="ms"', "from ..shared.units import UNIT\n": ""}}, ("k",),
    ),
}  # fmt: skip


def _texts(files: dict[str, str], edits: dict[str, dict[str, str]]) -> dict[str, str]:
    found = {}
    for path, text in files.items():
        for old, new in edits.get(path, {}).items():
            assert text.count(old) == 1, (path, old)
            text = text.replace(old, new)
        found[f"dashboards/{path}"] = f"{_HEAD}{text}"
    return found


def test_code_that_makes_several_things_changes_with_all_of_them_only(tmp_path: Path) -> None:
    before: dict[str, str] = {}
    wanted: dict[str, str] = {}
    after: dict[str, str] = {}
    for case in CASES.values():
        before |= _texts(case.files, {})
        wanted |= _texts(case.files, case.edits)
        after |= _texts(case.files, case.after or ({} if case.where else case.edits))
    taken = absorb(tmp_path, before, wanted, *(uid for case in CASES.values() for uid in case.uids))
    assert {path: text for path, text in taken.texts.items() if text != after[path]} == {}
    told = {left.uid: by_hand(left.change, taken.search.project).where for left in taken.found.left if left.change}
    assert told == {case.uids[0]: f"dashboards/{case.where}" for case in CASES.values() if case.where}
