"""Reading metric catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashkit.errors import InputError
from dashkit.metrics.catalogue import read_catalogue, read_catalogues

GOOD = """
name: shop
scrape:
  labels: {system: shop}
  jobs:
    api: {labels: {service: api}, instances: ["api-0:80", "api-1:80"]}
    db: [{instances: ["db:9187"]}]
recorded: [up]
metrics:
  up: {type: gauge, help: Up.}
  requests_total: {type: counter, help: Requests., labels: {status: ["200", "500"], method: [GET, POST]}, jobs: [api]}
  pods: {type: gauge, help: Pods., each: {pods: [pod, node]}, labels: {phase: [Running, Failed]}, jobs: [db]}
  wait_seconds: {type: histogram, help: Waits., buckets: [0.1, 1], jobs: [api]}
tables:
  pods: [{pod: a, node: x, uid: "1"}, {pod: b, node: y, uid: "2"}, {pod: b, node: y, uid: "3"}]
"""


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "shop.yaml"
    path.write_text(text)
    return read_catalogue(path)


def test_a_catalogue_says_who_exports_what(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    (catalogue,) = read_catalogues(tmp_path)
    metrics = {metric.name: metric for metric in catalogue.metrics}
    requests = metrics["requests_total"]
    assert [target.added for target in catalogue.targets_of(requests)] == [
        {"system": "shop", "service": "api", "job": "api", "instance": f"api-{number}:80"} for number in (0, 1)
    ]
    assert requests.labels == {"status", "method"}
    assert len(requests.samples) == 4
    assert metrics["wait_seconds"].series_names() == ("wait_seconds_bucket", "wait_seconds_sum", "wait_seconds_count")


def test_labels_of_a_table_keep_together_and_rows_are_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    pods = next(metric for metric in read_catalogue(path).metrics if metric.name == "pods")
    assert sorted((sample["pod"], sample["node"], sample["phase"]) for sample in pods.samples) == [
        ("a", "x", "Failed"), ("a", "x", "Running"), ("b", "y", "Failed"), ("b", "y", "Running"),
    ]  # fmt: skip
    assert pods.free == {"phase"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("type: counter", "type: count"), r"metrics\.requests_total\.type: 'count' is not one of"),
        (("name: shop", "nam: shop"), "unknown key `nam`; did you mean `name`"),
        (("jobs: [api]}\n  pods", "jobs: [apo]}\n  pods"), "no job 'apo' in scrape.jobs"),
        (("each: {pods:", "each: {podz:"), "no table 'podz'"),
        (("[pod, node]", "[pod, zone]"), "a row of table 'pods' has no 'zone'"),
        (("type: histogram", "type: gauge"), "a histogram, and nothing else, has buckets"),
        (("name: shop", "name: [shop"), "not valid YAML"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_said_with_its_file(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    assert change[0] in GOOD
    with pytest.raises(InputError, match=words) as error:
        read(tmp_path, GOOD.replace(*change, 1))
    assert "shop.yaml" in str(error.value)
