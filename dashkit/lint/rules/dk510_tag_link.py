"""A list of dashboards by tag that finds none.

The menu is there and empty. Mostly a tag was renamed on one side only.

Bad::

    {"type": "dashboards", "tags": ["chekout"]}

Good::

    {"type": "dashboards", "tags": ["checkout"]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Project, objects
from dashkit.model.problem import Severity


@rule("DK510", Severity.WARNING, on=Project)
def tag_link(project: Project, facts: Facts) -> Iterator[tuple[Board, Finding]]:
    if not facts.whole_project:
        return
    tagged = [_tags(board.json.get("tags")) for board in project.boards]
    for board in project.examined:
        for number, link in enumerate(objects(board.json.get("links"))):
            wanted = _tags(link.get("tags"))
            if (
                board.owned
                and link.get("type") == "dashboards"
                and wanted
                and not any(wanted <= tags for tags in tagged)
            ):
                message = f"no dashboard of the project has the tags {', '.join(sorted(wanted))}"
                yield board, Finding(message, pointer=f"/links/{number}/tags")


def _tags(value: object) -> set[str]:
    return {tag for tag in value if isinstance(tag, str)} if isinstance(value, list) else set()
