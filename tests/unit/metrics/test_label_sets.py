"""The label sets of a metric."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dashkit.metrics.catalogue import read_catalogue
from dashkit.metrics.label_sets import LabelSets

ROWS = st.sampled_from(["ab", "bc", "c", "d"]).flatmap(
    lambda labels: st.lists(
        st.fixed_dictionaries({label: st.sampled_from("xyz") for label in labels}), min_size=1, max_size=4
    )
)
SETS = st.lists(ROWS, max_size=4).map(lambda parts: LabelSets(tuple(parts)))


@given(SETS)
def test_what_is_said_of_the_sets_is_what_is_in_them(sets: LabelSets) -> None:
    every = list(sets)
    assert len(every) == len(sets)
    assert {frozenset(one) for one in every} == {sets.labels}
    for label in (*"abcd", "none"):
        assert sets.values(label) == {one[label] for one in every if label in one}


@given(SETS, st.integers(1, 30))
def test_some_of_them_are_among_all_and_have_every_value(sets: LabelSets, most: int) -> None:
    some, every = list(sets.some(most)), list(sets)
    assert all(one in every for one in some)
    assert len(some) <= most + sum(map(len, sets.parts))
    assert len(every) > most or some == every
    for label in sets.labels:
        assert {one[label] for one in some} == sets.values(label)


def test_a_catalogue_whose_labels_combine_to_billions_is_read(tmp_path: Path) -> None:
    values = [f"v{number}" for number in range(100)]
    labels = ", ".join(f"l{number}: {values}" for number in range(8))
    (tmp_path / "live.yaml").write_text(
        f"name: live\nmetrics:\n  requests:\n    type: gauge\n    help: ''\n    labels: {{{labels}}}\n"
    )
    (metric,) = read_catalogue(tmp_path / "live.yaml").metrics
    assert len(metric.samples) == 100**8
    assert metric.samples.values("l7") == set(values)
    assert len(metric.labels) == 8
