"""The tree for Grafana's Git Sync, held against what Grafana 12.4.3 and 13 read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from dashkit.document.read import read_document, read_v2
from dashkit.document.v2.up import up
from dashkit.errors import RefusedError
from dashkit.export.desired_state import DesiredState
from dashkit.export.gitsync import files, left_out
from dashkit.model.folder import folder_uid
from tests.support.terraform import PROMETHEUS, dashboard, rules, state

#: The characters of a path that Git Sync takes, and how a name in it may not begin.
SAFE, HIDDEN = re.compile(r"[a-zA-Z0-9 /_.-]+"), re.compile(r"(^|/)\.")


def written(wanted: DesiredState, grafana: str = "13") -> dict[str, Any]:
    return {name: json.loads(data) for name, data in files(replace(wanted, grafana=grafana))}


def test_a_directory_is_a_folder_and_says_its_uid_and_title_for_grafana_13() -> None:
    made = written(state(dashboard("home"), dashboard("orders", "Shop", "Order flow")))
    assert made.keys() == {
        "Shop/_folder.json",
        "Shop/Order flow/_folder.json",
        "home.json",
        "Shop/Order flow/orders.json",
    }
    below, above = folder_uid(("Shop", "Order flow")), folder_uid(("Shop",))
    assert made["Shop/Order flow/_folder.json"] == {
        "apiVersion": "folder.grafana.app/v1beta1", "kind": "Folder", "spec": {"title": "Order flow"},
        "metadata": {"name": below, "annotations": {"grafana.app/folder": above}},
    }  # fmt: skip
    assert made["Shop/_folder.json"]["metadata"] == {"name": above}
    assert made["Shop/Order flow/orders.json"]["metadata"] == {
        "name": "orders",
        "annotations": {"grafana.app/folder": below},
    }


def test_grafana_12_gets_no_folder_files_which_it_would_turn_into_more_folders() -> None:
    made = written(state(dashboard("orders", "Shop")), "12")
    assert made.keys() == {"Shop/orders.json"}
    assert made["Shop/orders.json"]["metadata"] == {"name": "orders"}


@pytest.mark.parametrize("grafana", ["12", "13"])
def test_dashkit_reads_back_what_it_wrote(grafana: str) -> None:
    item = dashboard("orders", "Shop", panels=[{"type": "text", "title": "${x}"}])
    document = read_document(written(state(item), grafana)["Shop/orders.json"])
    assert document.spec == {**item.spec, "uid": "orders"}
    assert document.folder_uid == (folder_uid(("Shop",)) if grafana == "13" else "")


@pytest.mark.parametrize(("grafana", "schema"), [("12", "v2beta1"), ("13", "v2")])
def test_a_dashboard_of_the_v2_schema_is_in_a_version_that_the_server_has(grafana: str, schema: str) -> None:
    item = replace(dashboard("new"), spec=up(dashboard("new").spec), schema="v2")
    resource = read_v2(written(state(item), grafana)["new.json"])
    assert resource is not None
    assert (resource.uid, resource.schema) == ("new", schema)


def test_titles_that_git_sync_cannot_read_as_paths_become_names_that_it_can_and_stay_apart() -> None:
    titles = ["Größe & Preis", "Gr-e - Preis", ".hidden", "a%b", "SHOP", "shop"]
    wanted = state(*(dashboard(f"d{number}", title) for number, title in enumerate(titles)))
    made = written(wanted)
    assert all(SAFE.fullmatch(name) and not HIDDEN.search(name) for name in made)
    directories = {name.rpartition("/")[0].lower() for name in made}
    assert len(directories) == len(titles)
    shown = {content["spec"]["title"] for name, content in made.items() if name.endswith("_folder.json")}
    assert shown == set(titles)
    told = "\n".join(left_out(replace(wanted, grafana="12")))
    assert "'Größe & Preis'" in told
    assert list(left_out(replace(wanted, grafana="13"))) == []


def test_a_dashboard_deeper_than_git_sync_reads_is_refused() -> None:
    deep = [f"f{level}" for level in range(8)]
    assert "f0/f1/f2/f3/f4/f5/f6/a.json" in written(state(dashboard("a", *deep[:7])))
    with pytest.raises(RefusedError, match="9 levels deep, and Git Sync reads 8"):
        written(state(dashboard("a", *deep)))


def test_rules_and_datasources_are_left_out_and_that_is_said_only_if_there_are_any() -> None:
    wanted = state(dashboard("a"), rules=(rules(),), datasources=(PROMETHEUS,))
    assert "a.json" in written(wanted)
    assert [line.split(":")[0] for line in left_out(wanted)] == [
        "Git Sync has no alert rules and no contact points", "Git Sync has no datasources"
    ]  # fmt: skip
    assert list(left_out(state(dashboard("a")))) == []


def test_the_same_state_gives_the_same_bytes_in_any_order() -> None:
    boards = [dashboard("a", "Shop"), dashboard("b", "SHOP"), dashboard("c")]
    assert dict(files(state(*boards))) == dict(files(state(*boards[::-1])))
