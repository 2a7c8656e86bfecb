"""Panels and rows that people move, resize, add and remove in Grafana, on dashboards of many shapes."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashkit.absorb.copy import copied
from dashkit.absorb.search import Search
from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from tests.support.absorbing import documents, write
from tests.support.arranged import EDITS, document, edit, modules, sections

#: How many dashboards are edited in one search, as each compiles the project several times.
_TOGETHER = 16
#: How many of the edits are taken at least. The others are those that no helper says, such as a row above what stands in none.
_TAKEN = 0.9


def test_arrangements_are_taken_or_left_whole() -> None:
    counts: Counter[bool] = Counter()

    @settings(
        max_examples=3,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 10**9).map(Random))
    def arrange(pick: Random) -> None:
        files = {f"dashboards/d{number}.py": modules(pick, f"d{number}") for number in range(_TOGETHER)}
        with tempfile.TemporaryDirectory() as folder, copied(write(Path(folder).resolve() / "p", files)) as copy:
            wanted = {}
            for uid, spec in documents(copy, {}, [f"d{number}" for number in range(_TOGETHER)]).items():
                parts = sections(spec)
                for number in range(pick.randint(1, 2)):
                    edit(pick, parts, pick.choice(EDITS), number)
                wanted[uid] = compile_document(document(spec, parts), Origin.FILE, {}).spec
            search = Search(copy, wanted)
            found = search.run()
            # What is not taken is named, and its file stays as it is.
            left = {one.uid for one in found.left}
            for uid in wanted:
                counts[uid in found.done] += 1
                assert (uid in found.done) != (uid in left), uid
                assert uid in found.done or f"dashboards/{uid}.py" not in found.texts

    arrange()
    assert counts[True] >= _TAKEN * counts.total(), counts
