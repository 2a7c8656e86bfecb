"""An override, a transformation or a column speaks of a query that the panel does not have.

It does nothing. Mostly a query was renamed or removed and the rest forgotten.

Bad::

    queries A and B; an override for the frame of query C

Good::

    an override for the frame of query B
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, mapping, objects
from dashkit.model.problem import Severity


@rule("DK212", Severity.WARNING, on=Panel)
def missing_ref(panel: Panel, facts: Facts) -> Iterator[Finding]:
    refs = {query.ref for query in panel.queries if query.ref}
    if not refs or len(refs) != len(panel.queries):
        return
    for number, override in enumerate(panel.overrides):
        matcher = mapping(override.get("matcher"))
        wanted = matcher.get("options")
        if matcher.get("id") == "byFrameRefID" and isinstance(wanted, str) and _missing(wanted, refs, panel):
            pointer = f"/fieldConfig/overrides/{number}/matcher"
            yield Finding(f"an override is for query {wanted}, which the panel does not have", pointer=pointer)
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        options = mapping(entry.get("options"))
        names = [*mapping(options.get("renameByName")), *mapping(options.get("excludeByName"))]
        for name in names if entry.get("id") == "organize" else []:
            found = re.fullmatch(r"Value #(\S{1,20})", name)
            if found and _missing(found[1], refs, panel):
                pointer = f"/transformations/{number}/options"
                message = f"a column of query {found[1]} is arranged, which the panel does not have"
                yield Finding(message, pointer=pointer, severity=Severity.INFO)


def _missing(ref: str, refs: set[str], panel: Panel) -> bool:
    """A transformation may have made the frame: joins and calculations name theirs by several refIds."""
    made = any(
        entry.get("id") in ("reduce", "joinByField", "timeSeriesTable")
        for entry in objects(panel.json.get("transformations"))
    )
    return ref not in refs and not made and not set(re.split(r"[-,]", ref)) <= refs
