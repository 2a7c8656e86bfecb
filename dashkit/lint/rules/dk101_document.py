"""The document is not shaped like a dashboard.

Grafana stores nearly anything and then draws a blank page, or half of one, without a word. The document is brought
to today's form, as a push would do, and compared with the JSON Schema of a dashboard.

Bad::

    {"title": "Checkout", "panels": {"0": {"type": "stat"}}}

Good::

    {"title": "Checkout", "panels": [{"type": "stat", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit import _json
from dashkit.errors import InputError, SpecError
from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity
from dashkit.spec.normalise import Origin, normalise
from dashkit.spec.validate import validate


@rule("DK101", Severity.ERROR, on=Board)
def not_a_dashboard(board: Board, facts: Facts) -> Iterator[Finding]:
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
