"""The shape of a dashboard document, its uid, title and description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit import _json
from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.validate import faults
from dashkit.document.validate import validate
from dashkit.errors import InputError, SpecError
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Board, Project
from dashkit.lint.rule import Finding, reported, rule
from dashkit.lint.values import mapping, text
from dashkit.model.problem import Severity

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@rule("DK101", Severity.ERROR, on=Board)
def not_a_dashboard(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A document that is not a valid dashboard.

    Grafana stores almost anything, and then silently shows a blank or incomplete page. The document is migrated
    to the current schema, as a push would do, and validated against the JSON Schema of a dashboard.
    """
    if board.is_v2:
        for pointer, message in faults(dict(board.raw)):
            yield Finding(message, pointer=pointer.rstrip("/"))
    if board.compiled or board.is_v2:
        return
    try:
        document = _json.parse(_json.compact(board.json))
        if board.inputs:  # their names are Grafana's; an import prompts for each
            document["templating"]["list"] = document["templating"]["list"][board.inputs :]
        document.update(uid="x", title=board.title.strip() or "x")  # DK102 and DK103 check these
        validate(normalise(document, Origin.FILE).spec)
    except SpecError as error:
        yield Finding(error.message, error.hint, pointer=error.pointer)
    except InputError as error:
        yield Finding(error.message)
    except (TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        yield Finding(f"does not have the structure of a dashboard ({type(error).__name__}: {error})")


@rule("DK102", Severity.WARNING, on=Board)
def uid(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard without a uid, or with one that Grafana rejects.

    Links, alerts, permissions and the next push depend on the uid. Without one, every push creates another
    dashboard. A uid has 1 to 40 characters: A-Z, a-z, 0-9, _ and -.
    """
    value = board.json.get("uid")
    if value in (None, ""):
        if board.owned:
            hint = 'choose a permanent one, such as "uid": "checkout-overview"'
            yield Finding("the dashboard has no uid", hint, pointer="/uid")
    elif not isinstance(value, str) or not _UID.fullmatch(value):
        hint = "use 1 to 40 of A-Z a-z 0-9 _ -"
        yield Finding(f"Grafana rejects the uid {value!r}", hint, pointer="/uid", severity=Severity.ERROR)


@rule("DK103", Severity.ERROR, on=Board)
def title(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard without a title, or with one that is too long.

    Grafana rejects an empty title. Its database has room for 189 characters: MySQL and PostgreSQL reject a
    longer title. SQLite accepts it, so that the problem shows only on the day of a migration.
    """
    value = board.title.strip()
    if not value:
        yield Finding("the dashboard has no title", pointer="/title")
    elif len(value) > 189:
        message = f"the title has {len(value)} characters; Grafana allows 189"
        yield Finding(message, pointer="/title")


@rule("DK104", Severity.ERROR, on=Project)
def duplicate_uid(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """Two dashboards with the same uid.

    The uid identifies a dashboard in Grafana: the second one overwrites the first. With file provisioning,
    Grafana stops updating any dashboard of the provider.
    """
    seen: dict[str, Board] = {}
    for board in project.boards:
        if not board.uid:
            continue
        first = seen.setdefault(board.uid, board)
        if first is not board:
            message = f"uid {board.uid!r} is already used by {first.title!r} in {first.source.path}"
            yield board, Finding(message, pointer="/uid")


@rule("DK105", Severity.ERROR, on=Project)
def duplicate_title(project: Project, context: CheckContext) -> Iterator[tuple[Board, Finding]]:
    """Two dashboards in a folder with the same title.

    Before Grafana 11.3, saving a dashboard under the title of another one in the folder replaces that one. Since
    then both exist, and users cannot tell them apart in a list.
    """
    seen: dict[tuple[object, str], Board] = {}
    for board in project.boards:
        if not board.owned or not board.title:
            continue
        first = seen.setdefault((board.folder, board.title), board)
        if first is not board and first.uid != board.uid:
            message = f"title {board.title!r} is already used by {first.name!r} in this folder ({first.source.path})"
            yield board, Finding(message, pointer="/title")


@rule("DK110", Severity.OFF, on=Board)
def editable(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard that can be edited in the UI.

    Off by default, because `dashkit push` notices edits and refuses to overwrite them. Turn it on to forbid
    edits in the UI::

        check: {rules: {DK110: error}}
    """
    if board.json.get("editable") is not False:
        yield Finding("the dashboard can be edited in the UI", "set editable to false", pointer="/editable")


@rule("DK112", Severity.INFO, on=Board)
def schema_version(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard with an old schema, or one too new for the Grafana in use.

    Grafana migrates an old dashboard in the browser every time it is opened. It reads a newer one as if it were
    of its own schema, and what is new is lost at the next save in the UI.
    """
    value = board.json.get("schemaVersion")
    if not isinstance(value, int) or board.compiled:
        return
    newest = {10: 39, 11: 41}.get(context.grafana, 42)
    if value > 42:
        message = f"unknown schemaVersion {value}: the newest classic schema is 42"
        yield Finding(message, pointer="/schemaVersion", severity=Severity.WARNING)
    elif value > newest:
        message = f"schemaVersion {value} is newer than that of Grafana {context.grafana} ({newest})"
        yield Finding(message, pointer="/schemaVersion")
    elif value < 36:
        message = f"Grafana migrates schemaVersion {value} every time the dashboard is opened"
        yield Finding(message, "open and save it in Grafana, then export it again", pointer="/schemaVersion")


@rule("DK113", Severity.OFF, on=Board)
def description(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A dashboard without a description.

    Off by default. Grafana shows the description in lists and behind the (i) next to the title.
    """
    if not text(board.json.get("description")).strip():
        yield Finding("the dashboard has no description", pointer="/description")


@rule("DK115", Severity.INFO, on=Board)
def library_panel(board: Board, context: CheckContext) -> Iterator[Finding]:
    """A library panel, whose content is not in the file.

    Its content exists only on the server: the check cannot see its queries, and on a server without it the panel
    shows an error.
    """
    for panel in board.panels:
        if panel.is_library:
            uid = text(mapping(panel.json.get("libraryPanel")).get("uid"))
            if uid:
                yield Finding(f"library panel {uid!r} was not checked: it exists only on the server", panel=panel)
            else:
                message = "a library panel without a uid cannot be found"
                yield Finding(message, panel=panel, pointer="/libraryPanel", severity=Severity.ERROR)


RULES = (
    reported(
        "DK100",
        "not-read",
        Severity.ERROR,
        """A file that cannot be read, or a module that does not load.

        Nothing in it was checked. Machine-readable formats include it as a problem, so that a report without
        problems means that everything was checked. The exit code is 3.
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
