"""Panels that list what only a server knows: alerts, annotations, news. They say what they would list."""

from __future__ import annotations

from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.scene import Box, Options, Scene
from dashkit.preview.texts.explained import explained, joined, number_text

_STATES = {
    "firing": "firing",
    "pending": "pending",
    "recovering": "recovering",
    "noData": "no data",
    "normal": "normal",
    "error": "error",
}


def alert_list(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``alertlist``."""
    options = mapping(panel.get("options"))
    wanted = mapping(options.get("stateFilter"))
    facts = [
        ("States", ", ".join(said for state, said in _STATES.items() if wanted.get(state) is True)),
        ("Name", text(options.get("alertName"))),
        ("Labels", text(options.get("alertInstanceLabelFilter"))),
        ("Folder", _title(options.get("folder"))),
        ("Datasource", _title(options.get("datasource"))),
        ("Grouped by", joined(options.get("groupBy"))),
        ("At most", number_text(options.get("maxItems"))),
        ("Only", "alerts of this dashboard" if options.get("dashboardAlerts") is True else ""),
    ]
    sentence = (
        "Alerts come from the server: this panel counts them."
        if options.get("viewMode") == "stat"
        else "Alerts come from the server: this panel lists them."
    )
    return explained(panel, data, box, sentence, facts)


def _title(option: Any) -> str:
    """Return the title of a folder, or the name of a datasource."""
    found = mapping(option)
    return text(option) or text(found.get("title")) or text(found.get("name")) or text(found.get("uid"))


def annotation_list(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``annolist``."""
    options = mapping(panel.get("options"))
    facts = [
        ("Tags", joined(options.get("tags"))),
        ("Only", "those of this dashboard" if options.get("onlyFromThisDashboard") is True else ""),
        ("Within", "the time range" if options.get("onlyInTimeRange") is True else ""),
        ("At most", number_text(options.get("limit"))),
    ]
    return explained(panel, data, box, "Annotations come from the server: this panel lists them.", facts)


def news(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``news``."""
    feed = text(mapping(panel.get("options")).get("feedUrl"))
    return explained(panel, data, box, "News come from a feed: this panel lists its entries.", [("Feed", feed)])


def welcome(panel: Options, data: Data, box: Box) -> Scene:
    """Draw panels that Grafana's own home page has."""
    return explained(panel, data, box, "This panel is part of Grafana's home page: it shows first steps and links.", [])


def plugin_list(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``pluginlist``."""
    return explained(panel, data, box, "Plugins come from the server: this panel lists those that are installed.", [])
