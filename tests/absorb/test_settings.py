"""Settings of the dashboard, its links and annotations, rows, and what helpers inside of arguments say."""

from __future__ import annotations

from pathlib import Path

from tests.support.absorbing import absorb

_PANELS = 'panels=[text("A", "a", key=1)]'
#: What `new_dashboard` is given before, and what it is given after an edit in Grafana.
SETTINGS = (
    ("", 'description="What it shows"'),
    ('description="What it shows"', 'description="What it shows now"'),
    ('description="What it shows"', ""),
    ("", 'tags=["one", "two"]'),
    ('tags=["one", "two"]', 'tags=["two"]'),
    ('tags=["one", "two"]', 'tags=["one", "two", "three"]'),
    ('tags=["one"]', ""),
    ('tags="one"', 'tags=["one", "two"]'),
    ("", 'time="7d"'),
    ('time="7d"', 'time="24h"'),
    ('time="7d"', 'time=("now-2d/d", "now-1d/d")'),
    ('time=("now-2d/d", "now-1d/d")', 'time=("now-3d/d", "now-1d/d")'),
    ('time="7d"', ""),
    ("", 'refresh="5m"'),
    ('refresh="5m"', 'refresh=""'),
    ('refresh="5m"', ""),
    ("", 'timezone="utc"'),
    ('timezone="utc"', 'timezone="Europe/Berlin"'),
    ('timezone="utc"', ""),
    ("", "shared_crosshair=False"),
    ("shared_crosshair=False", ""),
    ("", "shared_tooltip=True"),
    ("", "editable=False"),
    ("editable=False", ""),
    ("", 'raw={"weekStart": "monday"}'),
    ('raw={"weekStart": "monday"}', 'raw={"weekStart": "sunday"}'),
    ('raw={"weekStart": "monday"}', ""),
    ('raw={"weekStart": "monday"}', 'raw={"weekStart": "monday", "liveNow": True}'),
    ("", 'variables=[text_variable("v", "a")]'),
    ('variables=[text_variable("v", "a")]', ""),
    ('variables=[text_variable("v", "a"), text_variable("w", "b")]', 'variables=[text_variable("w", "b"), text_variable("v", "a")]'),
    ('variables=[text_variable("v", "a"), text_variable("w", "b")]', 'variables=[text_variable("w", "b")]'),
    ('variables=[text_variable("v", "a")]', 'variables=[text_variable("v", "a"), custom_variable("c", ["x", "y"])]'),
    ('variables=text_variable("v", "a")', 'variables=text_variable("v", "b")'),
    ('variables=text_variable("v", "a")', 'variables=[text_variable("v", "a"), text_variable("w", "b")]'),
    ('variables=[text_variable("v", "a")]', 'variables=[text_variable("renamed", "a")]'),
    ("", 'links=[web_link("L", "https://a.example")]'),
    ('links=web_link("L", "https://a.example")', 'links=web_link("L", "https://b.example")'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("M", "https://a.example")]'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("L", "https://a.example", tooltip="T")]'),
    ('links=[web_link("L", "https://a.example", tooltip="T")]', 'links=[web_link("L", "https://a.example")]'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("L", "https://a.example", icon="doc")]'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("L", "https://a.example", new_tab=False)]'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("L", "https://a.example", keep_time=True)]'),
    ('links=[web_link("L", "https://a.example")]', 'links=[web_link("L", "https://a.example", keep_variables=True)]'),
    ('links=[web_link("L", "https://a.example")]', ""),
    ('links=[tag_links("L", "a")]', 'links=[tag_links("L", "a", "b")]'),
    ('links=[tag_links("L", "a", "b")]', 'links=[tag_links("L", "b")]'),
    ('links=[tag_links("L", "a")]', 'links=[tag_links("L", "a", menu=False)]'),
    ('links=[dashboard_link("L", "other")]', 'links=[dashboard_link("L", "another")]'),
    ('links=[dashboard_link("L", "other")]', 'links=[dashboard_link("L", "other", keep_time=False)]'),
    ('links=[web_link("L", "https://a.example"), tag_links("M", "a")]', 'links=[tag_links("M", "a"), web_link("L", "https://a.example")]'),
    ("", 'annotations=[event_annotation("E", "up > 0", datasource="prom")]'),
    ('annotations=[event_annotation("E", "up > 0", datasource="prom")]', 'annotations=[event_annotation("E", "up > 1", datasource="prom")]'),
    ('annotations=[event_annotation("E", "up > 0", datasource="prom")]', 'annotations=[event_annotation("E", "up > 0", datasource="prom", color="red")]'),
    ('annotations=[event_annotation("E", "up > 0", datasource="prom")]', 'annotations=[event_annotation("E", "up > 0", datasource="prom", title="T", text="X")]'),
    ('annotations=[deploy_annotation("a")]', 'annotations=[deploy_annotation("b")]'),
    ('annotations=[deploy_annotation("a")]', 'annotations=[deploy_annotation("a", color="blue")]'),
    ('annotations=[deploy_annotation("a")]', 'annotations=[deploy_annotation("a", name="N")]'),
    ('annotations=[deploy_annotation("a")]', ""),
    ('annotations=deploy_annotation("a")', ""),
)  # fmt: skip
#: What stands on a dashboard before, and after.
PANELS = (
    ('row("R", text("A", "a", key=1))', 'row("R", text("A", "a", key=1), collapsed=True)'),
    ('row("R", text("A", "a", key=1), collapsed=True)', 'row("R", text("A", "a", key=1))'),
    ('row("R", text("A", "a", key=1))', 'row("S", text("A", "a", key=1))'),
    ('row("R", text("A", "a", key=1))', 'row("R", text("A", "a", key=1), repeat="v")'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red")))', 'stat("A", "up", key=1, thresholds=thresholds("green", (2, "red")))'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red")))', 'stat("A", "up", key=1, thresholds=thresholds("blue", (1, "red")))'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red")))', 'stat("A", "up", key=1, thresholds=thresholds("green", (1, "blue")))'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red")))', 'stat("A", "up", key=1, thresholds=thresholds("green", (1, "red"), (2, "blue")))'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red"), (2, "blue")))', 'stat("A", "up", key=1, thresholds=thresholds("green", (2, "blue")))'),
    ('stat("A", "up", key=1, thresholds=thresholds("green", (1, "red")))', 'stat("A", "up", key=1, thresholds=thresholds("green", (1, "red"), percentage=True))'),
    ('stat("A", "up", key=1, mappings=[mapping(1, "up")])', 'stat("A", "up", key=1, mappings=[mapping(1, "on")])'),
    ('stat("A", "up", key=1, mappings=[mapping(1, "up")])', 'stat("A", "up", key=1, mappings=[mapping(1, "up"), mapping(0, "down", "red")])'),
    ('stat("A", "up", key=1, mappings=[mapping(1, "up"), mapping(0, "down")])', 'stat("A", "up", key=1, mappings=[mapping(0, "down")])'),
    ('stat("A", "up", key=1)', 'stat("A", "down", key=1)'),
    ('stat("A", "up", key=1)', 'stat("A", prometheus("up", "{{job}}"), key=1)'),
    ('stat("A", prometheus("up", "{{job}}"), key=1)', 'stat("A", prometheus("up", "{{pod}}"), key=1)'),
    ('stat("A", prometheus("up"), key=1)', 'stat("A", prometheus("up"), prometheus("down", "{{job}}"), key=1)'),
    ('stat("A", prometheus("up"), prometheus("down"), key=1)', 'stat("A", prometheus("down"), key=1)'),
    ('stat("A", "up", "down", key=1)', 'stat("A", "down", "up", key=1)'),
    ('stat("A", "up", key=1)', 'stat("B", "up", key=1)'),
    ('text("A", "a", key=1)', 'text("A", "b", key=1)'),
    ('text("A", "a", key=1)', 'text("A", "a", key=1, mode="html")'),
    ('news("A", "https://a.example/feed", key=1)', 'news("A", "https://b.example/feed", key=1)'),
    ('panel("traces", "A", key=1)', 'panel("traces", "B", key=1)'),
    ('panel("traces", "A", key=1)', 'panel("traces", "A", key=1, options={"a": {"b": 1}})'),
    ('panel("traces", "A", key=1, options={"a": {"b": 1}})', 'panel("traces", "A", key=1, options={"a": {"b": 2}})'),
    ('stat("A", "up", key=1)', 'gauge("A", "up", key=1, height=4)'),
    ('stat("A", "up", key=1, links=[link("L", "/d/a")])', 'stat("A", "up", key=1, links=[link("L", "/d/b", new_tab=True)])'),
    ('stat("A", "up", key=1, overrides=[override("a", unit="s")])', 'stat("A", "up", key=1, overrides=[override("b", unit="s")])'),
    ('stat("A", "up", key=1, overrides=[override("a", unit="s")])', 'stat("A", "up", key=1, overrides=[override("a", unit="s"), override("b", unit="m")])'),
    ('stat("A", "up", key=1, overrides=[override("a", unit="s"), override("b", unit="m")])', 'stat("A", "up", key=1, overrides=[override("b", unit="m")])'),
    ('stat("A", "up", key=1)', 'stat("A", "up", key=1, width=8)'),
    ('stat("A", "up", key=1, height=9)', 'stat("A", "up", key=1, height=3)'),
    ('text("A", "a", key=1), text("B", "b", key=2)', 'text("B", "b", key=2), text("A", "a", key=1)'),
    ('text("A", "a", key=1), text("B", "b", key=2)', 'text("B", "b", key=2)'),
    ('grid(3, text("A", "a", key=1), text("B", "b", key=2))', 'grid(3, text("B", "b", key=2), text("A", "a", key=1))'),
    ('grid(3, text("A", "a", key=1), text("B", "b", key=2))', 'grid(2, text("A", "a", key=1), text("B", "b", key=2))'),
    ('grid(3, text("A", "a", key=1), text("B", "b", key=2), height=4)', 'grid(3, text("A", "a", key=1), text("B", "b", key=2), height=5)'),
    ('grid(3, text("A", "a", key=1), text("B", "b", key=2))', 'grid(3, text("A", "a", key=1))'),
    ('row("R", text("A", "a", key=1)), row("S", text("B", "b", key=2))', 'row("S", text("B", "b", key=2)), row("R", text("A", "a", key=1))'),
    ('row("R", text("A", "a", key=1)), row("S", text("B", "b", key=2))', 'row("S", text("B", "b", key=2))'),
    ('row("R", text("A", "a", key=1)), row("S", text("B", "b", key=2))', 'row("R", text("A", "a", key=1), text("B", "b", key=2)), row("S")'),
    ('row("R", text("A", "a", key=1)), row("S", text("B", "b", key=2))', 'row("R"), row("S", text("A", "a", key=1), text("B", "b", key=2))'),
)  # fmt: skip
#: Where the code that is written says the same in other words.
OTHER_WORDS: dict[str, str] = {}


def module(uid: str, arguments: str) -> str:
    return f'from dashkit.authoring import *\n\ndashboard = new_dashboard("T {uid}", uid="{uid}", {arguments})\n'


def test_each_setting_becomes_its_argument(tmp_path: Path) -> None:
    cases = {
        f"s{index}": tuple(f"{_PANELS}{', ' if side else ''}{side}" for side in case)
        for index, case in enumerate(SETTINGS)
    }
    plain = ["", "variables=datasource_variable(), "]  # without one, nothing says which datasource a query is for
    cases |= {
        f"p{index}-{number}": tuple(f"{variables}panels=[{side}]" for side in case)
        for index, case in enumerate(PANELS) for number, variables in enumerate(plain)
    }  # fmt: skip
    before = {f"dashboards/{uid}.py": module(uid, one) for uid, (one, _) in cases.items()}
    wanted = {f"dashboards/{uid}.py": module(uid, other) for uid, (_, other) in cases.items()}
    taken = absorb(tmp_path, before, wanted, *cases)
    made = {path: text.splitlines()[-1] for path, text in taken.texts.items()}
    expected = {path: OTHER_WORDS.get(text.splitlines()[-1], text.splitlines()[-1]) for path, text in wanted.items()}
    assert {path: (text, expected[path]) for path, text in made.items() if text != expected[path]} == {}
    assert taken.found.left == ()
