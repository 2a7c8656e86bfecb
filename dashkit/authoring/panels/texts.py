"""Texts: notes and log lines."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import Form, NotSayableError, option, used_by_helper, words
from dashkit.authoring.panel import Kind, Panel, PanelOptions, QueryLike, build
from dashkit.authoring.queries.logs import LOKI_UID


class LogsOptions(PanelOptions, total=False):
    """The options of `logs`."""

    #: Show the labels of each line.
    labels: Annotated[bool | None, option("showLabels", False)]
    #: Show the labels that all lines share.
    common_labels: Annotated[bool | None, option("showCommonLabels", False)]
    #: Show the time of each line.
    time: Annotated[bool | None, option("showTime", True)]
    #: Wrap long lines.
    wrap: Annotated[bool | None, option("wrapLogMessage", True)]
    #: Format JSON.
    prettify: Annotated[bool | None, option("prettifyLogMessage", False)]
    #: Let readers open a line.
    details: Annotated[bool | None, option("enableLogDetails", True)]
    #: Hide lines that are the same, but for numbers, or of the same shape.
    deduplicate: Annotated[Literal["none", "exact", "numbers", "signature"] | None, option("dedupStrategy", "none")]
    #: The order of the lines.
    newest_first: Annotated[
        bool | None, option("sortOrder", True, form=words({True: "Descending", False: "Ascending"}))
    ]


LOGS = Kind("logs", LogsOptions, {"datasource": {"type": "loki", "uid": LOKI_UID}})


def logs(title: str, *queries: QueryLike, **options: Unpack[LogsOptions]) -> Panel:
    """Show log lines. The default datasource is the variable ``loki``."""
    return build(LOGS, title, queries, options)


def _read_content(value: Any) -> str:
    if not isinstance(value, str) or value.strip() != value:
        raise NotSayableError
    return value


class TextOptions(PanelOptions, total=False):
    """The options of `text`."""

    #: What the text is written in.
    mode: Annotated[Literal["markdown", "html", "code"] | None, option("mode", "markdown")]
    #: The language of code.
    language: Annotated[
        Literal["plaintext", "json", "yaml", "xml", "typescript", "sql", "go", "markdown", "html"] | None,
        option("code.language", "plaintext"),
    ]
    #: Number the lines of code.
    line_numbers: Annotated[bool | None, option("code.showLineNumbers", False)]
    #: Show a small picture of the code beside it.
    mini_map: Annotated[bool | None, option("code.showMiniMap", False)]


class _Text(TextOptions):
    title: Annotated[str, used_by_helper()]
    content: Annotated[str, option("content", form=Form(lambda value: value.strip(), _read_content))]


TEXT = Kind("text", _Text, {"transparent": lambda options: None if options["title"] else True})


def text(title: str, content: str, **options: Unpack[TextOptions]) -> Panel:
    """Show Markdown. If the title is empty, the panel has no frame."""
    return build(TEXT, title, (), {**options, "title": title, "content": content})


KINDS = {"logs": LOGS, "text": TEXT}
