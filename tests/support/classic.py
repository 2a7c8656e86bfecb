"""Documents of the classic schema as an author writes them."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from dashkit.document.normalise import Origin, normalise

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
NAMES = st.text("abcdefghij_", min_size=1, max_size=8)
NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_nan=False))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
OPTIONS = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
        max_leaves=6,
    ),
    max_size=4,
)

targets = st.fixed_dictionaries(
    {"expr": WORDS},
    optional={"legendFormat": WORDS, "hide": st.booleans(), "datasource": st.sampled_from(["prom", "$ds", None])},
)
steps = st.lists(
    st.fixed_dictionaries({"color": st.sampled_from(["red", "green"]), "value": st.one_of(st.none(), NUMBERS)}),
    max_size=4,
)
panel = st.fixed_dictionaries(
    {"type": st.sampled_from(["timeseries", "stat", "gauge", "table", "text"]), "title": WORDS},
    optional={
        "targets": st.lists(targets, max_size=3),
        "options": OPTIONS,
        "description": WORDS,
        "transparent": st.booleans(),
        "gridPos": st.fixed_dictionaries({"w": st.integers(1, 24), "h": st.integers(1, 12)}),
        "fieldConfig": st.builds(
            lambda s: {"defaults": {"thresholds": {"mode": "absolute", "steps": s}}, "overrides": []}, steps
        ),
    },
)
row = st.builds(
    lambda title, collapsed, inner: {"type": "row", "title": title, "collapsed": collapsed, "panels": inner},
    WORDS, st.booleans(), st.lists(panel, max_size=3),
)  # fmt: skip
documents = st.fixed_dictionaries(
    {"uid": st.just("law"), "title": WORDS.filter(str.strip), "panels": st.lists(st.one_of(panel, row), max_size=6)},
    optional={
        "tags": st.lists(WORDS, max_size=3),
        "refresh": st.sampled_from(["", "30s", False]),
        "description": WORDS,
    },
)


def compiled(document: dict[str, Any]) -> dict[str, Any]:
    """Return the canonical form."""
    return normalise(copy.deepcopy(document), Origin.PYTHON).spec
