"""However a value is written in the code: the edit goes where a person would make it, and no other byte changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashkit.absorb.told import by_hand
from tests.support.absorbing import absorb

_HEAD = "from dashkit.authoring import datasource_variable, grid, mapping, new_dashboard, override, prometheus, row, stat, text, thresholds, timeseries\n"
_BOARD = 'dashboard = new_dashboard("UID", uid="UID", variables=datasource_variable(), panels='
#: A module, and what is another text in it afterwards.
TAKEN: dict[str, tuple[str, dict[str, str]]] = {
    "literal": (f'{_BOARD}[stat("A", "up", key=1, unit="s")])\n', {'unit="s"': 'unit="ms"'}),
    "single-quotes": (f"{_BOARD}[stat('A', 'up', key=1, unit='s')])\n", {"unit='s'": "unit='ms'"}),
    "single-quotes-added": (
        f"{_BOARD}[stat('A', 'up', key=1), stat('B', 'up', key=2), stat('C', 'up', key=3)])\n",
        {"key=1": "key=1, unit='ms', thresholds=thresholds('green', (1, 'red'))"},
    ),
    "constant": (f'UNIT = "s"\n{_BOARD}[stat("A", "up", key=1, unit=UNIT)])\n', {'UNIT = "s"': 'UNIT = "ms"'}),
    "annotated": (f'UNIT: str = "s"\n{_BOARD}[stat("A", "up", key=1, unit=UNIT)])\n', {'str = "s"': 'str = "ms"'}),
    "shared": (
        f'UNIT = "s"\n{_BOARD}[stat("A", "up", key=1, unit=UNIT), stat("B", "up", key=2, unit=UNIT)])\n',
        {"key=1, unit=UNIT": 'key=1, unit="ms"'},
    ),
    "shared-alike": (
        f'UNIT = "s"\n{_BOARD}[stat("A", "up", key=1, unit=UNIT), stat("B", "up", key=2, unit=UNIT)])\n',
        {'UNIT = "s"': 'UNIT = "ms"'},
    ),
    "tuple": (
        f'UNIT, COLOR = "s", "green"\n{_BOARD}[stat("A", "up", key=1, unit=UNIT, color=COLOR)])\n',
        {'"s", "green"': '"s", "red"'},
    ),
    "f-string": (
        f'''ENV = "prod"\n{_BOARD}[stat("A", f"sum(up{{{{env='{{ENV}}'}}}}) by (job)", key=1)])\n''',
        {"sum(": "max("},
    ),
    "f-string-braces": (
        f"""ENV = "prod"\n{_BOARD}[stat("A", prometheus(f'up{{{{env="{{ENV}}"}}}}', f"{{ENV}} {{{{{{{{job}}}}}}}}"), key=1)])\n""",
        {'{ENV}"}}\'': '{ENV}", job="x"}}\'', "{{{{job}}}}": "{{{{pod}}}}"},
    ),
    "f-string-title": (f'N = 5\n{_BOARD}[stat(f"Last {{N}} minutes", "up", key=1)])\n', {"Last": "Past"}),
    "implicit": (f'{_BOARD}[stat("A", "sum(up)" " by (job)", key=1)])\n', {'by (job)': 'by (pod)'}),
    "parentheses": (f'{_BOARD}[stat("A", ("up"), key=1, unit=("s"))])\n', {'("s")': '("ms")'}),
    "long-text": (f'{_BOARD}[text("A", """one\ntwo""", key=1)])\n', {"two": "three"}),
    "parameter": (
        f'def panel(title, unit):\n    return stat(title, "up", key=1, unit=unit)\n\n\n{_BOARD}[panel("A", "s")])\n',
        {'"A", "s"': '"A", "ms"'},
    ),
    "parameter-by-name": (
        f'def panel(title, *, unit="s", key):\n    return stat(title, "up", key=key, unit=unit)\n\n\n'
        f'{_BOARD}[panel("A", key=1), panel("B", key=2)])\n',
        {'"A", key=1': '"A", key=1, unit="ms"'},
    ),
    "one-of-two-calls": (
        f'def panel(title, unit, key):\n    return stat(title, "up", key=key, unit=unit)\n\n\n{_BOARD}[panel("A", "s", 1), panel("B", "s", 2)])\n',
        {'"A", "s"': '"A", "ms"'},
    ),
    "both-calls": (
        f'def panel(title, key):\n    return stat(title, "up", key=key, unit="s")\n\n\n{_BOARD}[panel("A", 1), panel("B", 2)])\n',
        {'unit="s"': 'unit="ms"'},
    ),
    "options": (
        f'def panel(title, **options):\n    return stat(title, "up", **options)\n\n\n'
        f'{_BOARD}[panel("A", key=1, unit="s"), panel("B", key=2)])\n',
        {'unit="s"': 'unit="ms"', "key=2": 'key=2, unit="s"'},
    ),
    "options-dict": (f'{_BOARD}[stat("A", "up", key=1, **{{"unit": "s"}})])\n', {'"unit": "s"': '"unit": "ms"'}),
    "options-constant": (
        f'SMALL = {{"unit": "s", "decimals": 1}}\n{_BOARD}[stat("A", "up", key=1, **SMALL)])\n',
        {'"unit": "s"': '"unit": "ms"'},
    ),
    "options-dict-call": (f'SMALL = dict(unit="s")\n{_BOARD}[stat("A", "up", key=1, **SMALL)])\n', {'unit="s"': 'unit="ms"'}),
    "in-a-function": (
        "def build():\n    unit = \"s\"\n    panel = stat(\"A\", \"up\", key=1, unit=unit)\n"
        "    return new_dashboard(\"UID\", uid=\"UID\", variables=datasource_variable(), panels=[panel])\n\n\ndashboard = build()\n",
        {'unit = "s"': 'unit = "ms"'},
    ),
    "exported-function": (
        "def dashboard():\n    return new_dashboard(\"UID\", uid=\"UID\", variables=datasource_variable(), panels=[stat(\"A\", \"up\", key=1, unit=\"s\")])\n",
        {'unit="s"': 'unit="ms"'},
    ),
    "exported-generator": (
        "def dashboards():\n    yield new_dashboard(\"UID\", uid=\"UID\", variables=datasource_variable(), panels=[stat(\"A\", \"up\", key=1, unit=\"s\")])\n",
        {'unit="s"': 'unit="ms"'},
    ),
    "decorated": (
        "import functools\n\n\ndef twice(function):\n    @functools.wraps(function)\n    def call(*args, **kwargs):\n        return function(*args, **kwargs)\n\n    return call\n\n\n"
        f'@twice\ndef panel(title, unit):\n    return stat(title, "up", key=1, unit=unit)\n\n\n{_BOARD}[panel("A", "s")])\n',
        {'"A", "s"': '"A", "ms"'},
    ),
    "method": (
        "class Service:\n    def __init__(self, name):\n        self.name = name\n\n"
        '    def panel(self, unit):\n        return stat(f"{self.name} up", "up", key=1, unit=unit)\n\n\n'
        f'{_BOARD}[Service("shop").panel("s")])\n',
        {'panel("s")': 'panel("ms")'},
    ),
    "method-title": (
        "class Service:\n    def __init__(self, name):\n        self.name = name\n\n"
        '    def panel(self, unit):\n        return stat(f"{self.name} up", "up", key=1, unit=unit)\n\n\n'
        f'{_BOARD}[Service("shop").panel("s")])\n',
        {"{self.name} up": "{self.name} now"},
    ),
    "static-method": (
        'class Service:\n    @staticmethod\n    def panel(title, unit):\n        return stat(title, "up", key=1, unit=unit)\n\n\n'
        f'{_BOARD}[Service.panel("A", "s")])\n',
        {'"A", "s"': '"A", "ms"'},
    ),
    "lambda": (f'panel = lambda title, unit: stat(title, "up", key=1, unit=unit)\n{_BOARD}[panel("A", "s")])\n', {'"A", "s"': '"A", "ms"'}),
    "comments": (
        f'{_BOARD}[\n    stat(\n        "A",  # the title\n        # the query\n        "up",\n        key=1,  # its key\n        unit="s",  # seconds\n    ),  # done\n])\n',
        {'unit="s",': 'unit="ms",'},
    ),
    "comments-added": (
        f'{_BOARD}[\n    stat(\n        "A",  # the title\n        # the query\n        "up",\n        key=1  # its key\n    ),  # done\n])\n',
        {"key=1  # its key": 'key=1,  # its key\n        unit="s",'},
    ),
    "comments-kept-on-one-line": (
        f'{_BOARD}[\n    stat("A",  # the title\n         "up", key=1  # its key\n    ),\n])\n',
        {"key=1  # its key": 'key=1,  # its key\n         unit="s"'},
    ),
    "comments-removed": (
        f'{_BOARD}[\n    stat(\n        "A",\n        "up",  # the query\n        # in seconds\n        unit="s",\n        key=1,\n    ),\n])\n',
        {'        # in seconds\n        unit="s",\n': ""},
    ),
    "no-trailing-comma": (f'{_BOARD}[\n    stat(\n        "A",\n        "up",\n        key=1\n    )\n])\n', {"key=1": 'key=1,\n        unit="s",'}),
    "trailing-comma": (f'{_BOARD}[stat("A", "up", key=1,)])\n', {"key=1,": 'key=1, unit="s",'}),
    "aligned": (f'{_BOARD}[stat("A", "up",\n     key=1,\n     unit="s")])\n', {'"s"': '"ms"'}),
    "spaces": (f'{_BOARD}[ stat ( "A" , "up" , key = 1 , unit = "s" ) ] )\n', {'"s"': '"ms"'}),
    "spaces-removed": (f'{_BOARD}[ stat ( "A" , "up" , key = 1 , unit = "s" ) ] )\n', {' , unit = "s"': ""}),
    "tabs": (f'{_BOARD}[\n\tstat(\n\t\t"A",\n\t\t"up",\n\t\tkey=1,\n\t),\n])\n', {"key=1,": 'key=1,\n\t\tunit="s",'}),
    "non-ascii": (f'{_BOARD}[stat("Überlänge → ✓ 🎉", "up", key=1, unit="s", description="größer")])\n', {'"s"': '"ms"', "größer": "größer 🎉"}),
    "non-ascii-before": (f'ä, ö = "ü", "s"; {_BOARD}[stat("ü🎉", "up", key=1, unit=ö)])\n', {'"s"': '"ms"'}),
    "crlf": (f'{_HEAD}{_BOARD}[\n    stat(\n        "A",\n        "up",\n        key=1,\n    ),\n])\n'.replace("\n", "\r\n"), {"key=1,": 'key=1,\r\n        unit="s",'}),
    "crlf-text": (f'{_HEAD}{_BOARD}[text("A", """one\ntwo""", key=1)])\n'.replace("\n", "\r\n"), {"two": "three\r\nfour"}),
    "no-newline-at-end": (f'{_BOARD}[stat("A", "up", key=1, unit="s")])', {'"s"': '"ms"'}),
    "form-feed": (f'X = 1\n\x0c\n{_BOARD}[stat("A", "up", key=1, unit="s")])\n', {'"s"': '"ms"'}),
    "byte-order-mark": (f'\ufeff{_HEAD}{_BOARD}[stat("A", "up", key=1, unit="s")])\n', {'"s"': '"ms"'}),
    "backslash": (f'{_BOARD}[stat("A", "up", key=1, \\\n    unit="s")])\n', {'"s"': '"ms"'}),
    "alias": (f'{_HEAD}from dashkit.authoring import stat as tile\n{_BOARD}[tile("A", "up", key=1, thresholds=thresholds("green", (1, "red")))])\n', {"(1,": "(2,"}),
    "module-alias": (
        'import dashkit.authoring as d\n\ndashboard = d.new_dashboard("UID", uid="UID", variables=d.datasource_variable(), panels=[\n'
        '    d.stat("A", d.prometheus("up", "{{job}}"), key=1, thresholds=d.thresholds("green", (1, "red"))),\n])\n',
        {"(1,": "(2,", "{{job}}": "{{pod}}"},
    ),
    "module-from": (
        'from dashkit import authoring\n\ndashboard = authoring.new_dashboard("UID", uid="UID", variables=authoring.datasource_variable(), panels=[\n'
        '    authoring.stat("A", "up", key=1),\n])\n',
        {"key=1": 'key=1, thresholds=authoring.thresholds("green", (1, "red"))'},
    ),
    "conditional": (
        f'import sys\n{_BOARD}[stat("A", "up", key=1, unit="s" if sys.version_info else "m")])\n',
        {'"s" if sys.version_info else "m"': '"ms"', "import sys\n": ""},
    ),
    "concatenated": (f'JOB = "x"\n{_BOARD}[stat("A", "sum(up) by (" + JOB + ")", key=1)])\n', {'"sum(up) by ("': '"max(up) by ("'}),
    "formatted": (f'JOB = "x"\n{_BOARD}[stat("A", "sum(up) by (%s)" % JOB, key=1)])\n', {"sum(": "max("}),
    "format": (f'JOB = "x"\n{_BOARD}[stat("A", "sum(up) by ({{}})".format(JOB), key=1)])\n', {"sum(": "max("}),
    "starred": (f'PANELS = [stat("A", "up", key=1, unit="s"), stat("B", "up", key=2)]\n{_BOARD}[*PANELS])\n', {'unit="s"': 'unit="ms"'}),
    "list-of-panels": (f'PANELS = [stat("A", "up", key=1), stat("B", "up", key=2)]\n{_BOARD}PANELS)\n', {'key=2': 'key=2, unit="ms"'}),
    "appended": (f'panels = []\npanels.append(stat("A", "up", key=1, unit="s"))\n{_BOARD}panels)\n', {'"s"': '"ms"'}),
    "negative": (f'{_BOARD}[stat("A", "up", key=1, min=-1, max=1)])\n', {"min=-1": "min=-2"}),
    "loop-of-options": (
        f'{_BOARD}[stat(title, "up", key=key, unit="s") for key, title in enumerate(["A", "B"], 1)])\n',
        {'unit="s"': 'unit="ms"'},
    ),
}  # fmt: skip
#: A module, what another text in it would be, and the line that is named, as nothing may be changed.
REPORTED: dict[str, tuple[str, dict[str, str], str]] = {
    "loop": (
        f'{_BOARD}[\n    stat(title, "up", key=key, unit="s") for key, title in [(1, "A"), (2, "B")]\n])\n',
        {'unit="s"': 'unit="ms" if key == 1 else "s"'}, "loop.py:3",
    ),
    "loop-statement": (
        f'panels = []\nfor key, title in [(1, "A"), (2, "B")]:\n    panels.append(stat(title, "up", key=key, unit="s"))\n{_BOARD}panels)\n',
        {'unit="s"': 'unit="ms" if key == 1 else "s"'}, "loop_statement.py:4",
    ),
}  # fmt: skip


def _module(uid: str, text: str) -> str:
    named = text.replace("UID", uid)
    return named if "dashkit" in named else f"{_HEAD}{named}"


def _changed(uid: str, text: str, others: dict[str, str]) -> str:
    found = _module(uid, text)
    for old, new in others.items():
        assert found.count(old) == 1, (uid, old)
        found = found.replace(old, new)
    return found


@pytest.mark.parametrize("environment", ["", "1"], ids=["with columns", "PYTHONNODEBUGRANGES"])
def test_an_edit_goes_where_the_value_is_written(
    tmp_path: Path, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if environment:
        monkeypatch.setenv("PYTHONNODEBUGRANGES", environment)
    cases = {uid: (_module(uid, text), _changed(uid, text, others)) for uid, (text, others) in TAKEN.items()}
    cases |= {uid: (_module(uid, text), _changed(uid, text, others)) for uid, (text, others, _) in REPORTED.items()}
    paths = {uid: f"dashboards/{uid.replace('-', '_')}.py" for uid in cases}
    before = {paths[uid]: text for uid, (text, _) in cases.items()}
    after = {paths[uid]: text for uid, (_, text) in cases.items()}
    taken = absorb(tmp_path, before, after, *cases)
    wrong = {uid: taken.texts[paths[uid]] for uid in TAKEN if taken.texts[paths[uid]] != after[paths[uid]]}
    assert wrong == {}
    assert all(taken.texts[paths[uid]] == before[paths[uid]] for uid in REPORTED)
    told = {left.uid: by_hand(left.change, taken.search.project) for left in taken.found.left if left.change}
    assert {uid: one.where for uid, one in told.items()} == {
        uid: f"dashboards/{where}" for uid, (*_, where) in REPORTED.items()
    }
