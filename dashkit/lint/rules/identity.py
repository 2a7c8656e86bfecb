"""Whether a file is a dashboard, and what the dashboard is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit import _json
from dashkit.errors import InputError, SpecError
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Project, mapping, text
from dashkit.lint.rule import Finding, reported, rule
from dashkit.model.problem import Severity
from dashkit.spec.normalise import Origin, normalise
from dashkit.spec.validate import validate

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@rule("DK101", Severity.ERROR, on=Board)
def not_a_dashboard(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The document is not shaped like a dashboard.

    Grafana stores nearly anything and then draws a blank page, or half of one, without a word. The document is
    brought to today's form, as a push would do, and compared with the JSON Schema of a dashboard.
    """
    if board.compiled:
        return
    try:
        document = _json.parse(_json.compact(board.json))
        if board.inputs:  # named as Grafana's exporter names them; an import asks for each
            document["templating"]["list"] = document["templating"]["list"][board.inputs :]
        document.update(uid="x", title=board.title.strip() or "x")  # DK102 and DK103 speak of these
        validate(normalise(document, Origin.FILE).spec)
    except SpecError as error:
        yield Finding(error.message, error.hint, pointer=error.pointer)
    except InputError as error:
        yield Finding(error.message)
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        yield Finding(f"not shaped like a dashboard ({type(error).__name__}: {error})")


@rule("DK102", Severity.WARNING, on=Board)
def uid(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard has no uid, or one that Grafana refuses.

    Links, alerts, permissions and the next push hang on the uid. Without one each push makes another dashboard.
    Grafana takes 1 to 40 of the characters A-Z a-z 0-9 _ and -.
    """
    value = board.json.get("uid")
    if value in (None, ""):
        if board.owned:
            hint = 'choose one that stays, such as "uid": "checkout-overview"'
            yield Finding("the dashboard has no uid", hint, pointer="/uid")
    elif not isinstance(value, str) or not _UID.fullmatch(value):
        message = f"uid {value!r} is refused by Grafana: 1 to 40 of the characters A-Z a-z 0-9 _ -"
        yield Finding(message, pointer="/uid", severity=Severity.ERROR)


@rule("DK103", Severity.ERROR, on=Board)
def title(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard has no title, or one that does not fit.

    Grafana refuses an empty title. Its table has room for 189 characters: with MySQL or PostgreSQL a longer one
    fails, with SQLite it passes, and the difference shows on the day of the move.
    """
    value = board.title.strip()
    if not value:
        yield Finding("the dashboard has no title", pointer="/title")
    elif len(value) > 189:
        message = f"the title has {len(value)} characters; Grafana's database has room for 189"
        yield Finding(message, pointer="/title")


@rule("DK104", Severity.ERROR, on=Project)
def duplicate_uid(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """Two dashboards have the same uid.

    The uid is what Grafana knows a dashboard by: the second one overwrites the first, and with file
    provisioning the whole provider loses the right to write.
    """
    seen: dict[str, Board] = {}
    for board in project.boards:
        if not board.uid:
            continue
        first = seen.setdefault(board.uid, board)
        if first is not board:
            message = f"uid {board.uid!r} is also that of {first.title!r} in {first.source.path}"
            yield board, Finding(message, pointer="/uid")


@rule("DK105", Severity.ERROR, on=Project)
def duplicate_title(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """Two dashboards of one folder have the same title.

    Before Grafana 11.3 a save over a title that another dashboard of the folder has replaces THAT dashboard.
    Later both exist, and nobody can tell them apart in a list.
    """
    seen: dict[tuple[object, str], Board] = {}
    for board in project.boards:
        if not board.owned or not board.title:
            continue
        first = seen.setdefault((board.folder, board.title), board)
        if first is not board and first.uid != board.uid:
            message = f"title {board.title!r} is also that of {first.name!r} in the same folder ({first.source.path})"
            yield board, Finding(message, pointer="/title")


@rule("DK110", Severity.OFF, on=Board)
def editable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard can be edited in the UI.

    Off by default: `dashkit push` notices edits and refuses to overwrite them. Turn it on where nobody may edit
    there::

        check: {rules: {DK110: error}}
    """
    if board.json.get("editable") is not False:
        yield Finding("it can be edited in the UI (editable is not false)", pointer="/editable")


@rule("DK112", Severity.INFO, on=Board)
def schema_version(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The document is of an old schema, or of one that the chosen Grafana does not know.

    Grafana migrates an old one each time it opens it, in the browser. A newer one than it knows it reads as if
    it were its own: what is new there is lost at the next save in the UI.
    """
    value = board.json.get("schemaVersion")
    if not isinstance(value, int):
        return
    newest = {10: 39, 11: 41}.get(context.grafana, 42)
    if board.compiled:
        return
    if value > 42:
        message = f"schemaVersion {value} is unknown: 42 is the newest of the classic schema"
        yield Finding(message, pointer="/schemaVersion", severity=Severity.WARNING)
    elif value > newest:
        message = f"schemaVersion {value} is newer than Grafana {context.grafana} knows ({newest})"
        yield Finding(message, pointer="/schemaVersion")
    elif value < 36:
        message = f"schemaVersion {value} is migrated by Grafana each time it is opened"
        yield Finding(message, "open and save it once in Grafana, then export it again", pointer="/schemaVersion")


@rule("DK113", Severity.OFF, on=Board)
def description(board: Board, context: CheckContext) -> Iterator[Finding]:
    """The dashboard does not say what it is for.

    Off by default. The description is shown in lists and behind the (i) beside the title.
    """
    if not text(board.json.get("description")).strip():
        yield Finding("the dashboard has no description", pointer="/description")


@rule("DK115", Severity.INFO, on=Board)
def library_panel(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A panel is a library panel, whose content is not in the file.

    What it shows is on the server only: the check cannot see its queries, and on a server without it the panel
    is an error.
    """
    for panel in board.panels:
        if panel.is_library:
            uid = text(mapping(panel.json.get("libraryPanel")).get("uid"))
            if uid:
                yield Finding(f"library panel {uid!r} was not checked: it is on the server only", panel=panel)
            else:
                message = "a library panel without a uid is never found"
                yield Finding(message, panel=panel, pointer="/libraryPanel", severity=Severity.ERROR)


RULES = (
    reported(
        "DK100",
        "not-read",
        Severity.ERROR,
        """A file cannot be read, or a module does not load.

        Nothing in it was checked. Formats for machines carry it as a problem, so that a report without
        problems means that everything was looked at; the exit code is 3.
        """,
    ),
    not_a_dashboard,
    uid,
    title,
    duplicate_uid,
    duplicate_title,
    editable,
    schema_version,
    description,
    library_panel,
)
