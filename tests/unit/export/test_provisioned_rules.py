"""Groups of rules as provisioning files: what Grafana fills in, and what it leaves alone."""

from __future__ import annotations

import os
import string
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dashkit.deploy.routing import doubled
from dashkit.errors import InputError
from dashkit.export.provisioned_rules import group_document, groups_of, halved
from dashkit.export.yaml_text import text
from dashkit.model.folder import folder_uid
from dashkit.model.live import GrafanaAlertGroup

_TEXT = st.text(st.sampled_from(string.ascii_letters + "$ {}/.:\\"), min_size=1, max_size=12)
RULE: dict[str, Any] = {
    "uid": "shop-Slow-high",
    "title": "Slow (high)",
    "condition": "C",
    "data": [{"refId": "A", "datasourceUid": "prometheus", "model": {"expr": "rate(x[$__interval])", "refId": "A"}}],
    "noDataState": "OK",
    "execErrState": "Error",
    "for": "5m",
    "labels": {"costs": "5$"},
    "annotations": {"summary": "{{ $labels.service }}", "__dashboardUid__": "shop", "__panelId__": "12"},
    "isPaused": False,
}


def expanded(text: str) -> str:
    """What Grafana makes of a text that it fills variables into, without any that are set."""
    return "$".join(os.path.expandvars(part) for part in text.split("$$"))


def as_file(rule: dict[str, Any], *, path: tuple[str, ...] = ("Alerts",), nested: bool = True) -> Any:
    group = GrafanaAlertGroup(folder_uid(path), "shop $", 60, (rule,))
    return yaml.safe_load(text(group_document(group, path, 3, nested=nested), "note"))


def test_dollars_are_doubled_where_grafana_fills_in_and_only_there() -> None:
    (group,) = as_file(RULE)["groups"]
    (rule,) = group["rules"]
    assert group["name"] == "shop $$"
    assert rule["labels"] == {"costs": "5$$"}
    assert expanded(rule["labels"]["costs"]) == "5$"
    assert rule["annotations"]["summary"] == "{{ $labels.service }}"
    assert rule["data"][0]["model"]["expr"] == "rate(x[$__interval])"


def test_a_rule_links_to_its_panel_in_the_words_of_files() -> None:
    (rule,) = as_file(RULE)["groups"][0]["rules"]
    assert (rule["dashboardUid"], rule["panelId"]) == ("shop", 12)


def test_a_recording_rule_has_the_words_of_files() -> None:
    record = {"metric": "shop:errors", "from": "A", "target_datasource_uid": "prometheus"}
    document = as_file({**RULE, "annotations": {}, "record": record, "keep_firing_for": "5m"})
    (rule,) = document["groups"][0]["rules"]
    assert rule["record"] == {"metric": "shop:errors", "from": "A", "targetDatasourceUid": "prometheus"}
    assert rule["keepFiringFor"] == "5m"
    ((group, _),) = groups_of(document, nested=True, where="f")
    assert group.rules[0]["record"] == record


@pytest.mark.parametrize(
    ("path", "nested", "text"),
    [
        (("Team", "Alerts"), True, "Team/Alerts"),
        (("A / B", "C"), True, "A \\/ B/C"),
        (("Team", "Alerts"), False, "Team / Alerts"),
    ],
)
def test_a_folder_is_written_as_its_grafana_reads_paths(path: tuple[str, ...], nested: bool, text: str) -> None:
    document = as_file(RULE, path=path, nested=nested)
    assert document["groups"][0]["folder"] == text
    ((group, found),) = groups_of(document, nested=nested, where="f")
    assert found == path
    assert group.folder_uid == folder_uid(path)


@given(labels=st.dictionaries(_TEXT, _TEXT, max_size=3), title=_TEXT, summary=_TEXT)
def test_a_group_comes_back_as_it_was(labels: dict[str, str], title: str, summary: str) -> None:
    rule = {**RULE, "labels": labels, "title": title, "annotations": {**RULE["annotations"], "summary": summary}}
    ((group, _),) = groups_of(as_file(rule), nested=True, where="f")
    assert group == GrafanaAlertGroup(folder_uid(("Alerts",)), "shop $", 60, (rule,))


@given(_TEXT)
def test_halving_undoes_doubling(text: str) -> None:
    assert halved(doubled(text)) == text


@pytest.mark.parametrize("document", [{"groups": [{"name": "x"}]}, {"groups": [1]}, []])
def test_another_file_is_refused_by_name(document: Any) -> None:
    with pytest.raises(InputError, match=r"f\.yaml: not a file with alert rules"):
        groups_of(document, nested=True, where="f.yaml")
