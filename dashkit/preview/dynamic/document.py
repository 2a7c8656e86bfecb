"""A v2 document as the preview takes it: all of it in classic words, and the layout and the elements beside that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.document.v2.down import down
from dashkit.document.v2.parts import is_v2


def readable(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the classic form of a v2 document, with its own layout; a classic document as it is.

    The panels of the classic form are only looked up, as the source of another panel's data: the layout says what is drawn.

    Raises:
        SpecError: it is nested too deeply.
    """
    if not is_v2(spec):
        return dict(spec)
    own = {"elements": spec.get("elements", {}), "layout": spec.get("layout", {})}
    return {"panels": [], **down(dict(spec)).classic, **own}
