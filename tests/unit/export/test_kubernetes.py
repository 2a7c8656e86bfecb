"""ConfigMaps for the sidecars, and what the resources of both forms have in common."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dashkit.errors import InputError
from dashkit.export.desired_state import DesiredState
from dashkit.export.kubernetes.configmaps import directory
from dashkit.export.kubernetes.files import files
from dashkit.export.kubernetes.resource import Maker, Options
from tests.support.kubernetes import PROMETHEUS, board, dynamic, is_label, resources, state

OVERVIEW, TOP = "dashboards/shop-dashboard-overview.yaml", "dashboards/shop-dashboard-top.yaml"


def maker(project: str = "shop") -> Maker:
    return Maker(DesiredState(project, "", 1, ""), Options(), lambda _: None)


def test_a_dashboard_is_a_configmap_that_the_sidecar_finds() -> None:
    found = resources(state())[OVERVIEW]
    metadata = found["metadata"]
    assert (found["apiVersion"], found["kind"]) == ("v1", "ConfigMap")
    assert metadata["labels"]["grafana_dashboard"] == "1"
    assert metadata["annotations"] == {"grafana_folder": "Ops - Shop"}
    assert "namespace" not in metadata
    text = found["data"]["overview.json"]
    assert json.loads(text)["uid"] == "overview"
    assert json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True) == text


def test_a_dashboard_at_the_root_has_no_folder_annotation() -> None:
    assert "annotations" not in resources(state())[TOP]["metadata"]


def test_labels_annotation_and_namespace_are_chosen() -> None:
    found = resources(state(), label=("dash", "yes"), folder_annotation="folder", namespace="monitoring")
    metadata = found[OVERVIEW]["metadata"]
    assert metadata["namespace"] == "monitoring"
    assert (metadata["labels"]["dash"], metadata["annotations"]) == ("yes", {"folder": "Ops - Shop"})


@pytest.mark.parametrize("form", ["configmap", "operator"])
def test_each_resource_says_whose_it_is_and_is_listed(form: str) -> None:
    found = resources(state(), form=form, image="registry.example.org/dashboards:1", group="eu")
    listed = found.pop("kustomization.yaml")["resources"]
    assert listed == sorted(found)
    assert len({(entry["kind"], entry["metadata"]["name"]) for entry in found.values()}) == len(found)
    for entry in found.values():
        assert is_label(entry["metadata"]["name"])
        labels = entry["metadata"]["labels"]
        assert labels["app.kubernetes.io/managed-by"] == "dashkit"
        assert labels["app.kubernetes.io/part-of"] == "shop"


def test_names_stay_unique_where_a_cluster_does_not_take_the_original() -> None:
    uids = ["a-b", "a_b", "A-b", "a" * 80, "a" * 81, "日本", "_", "-", "a.b"]
    names = [maker("My.Project").name(uid) for uid in uids]
    assert all(map(is_label, names))
    assert len(set(names)) == len(uids)
    assert names[0] == "my-project-a-b"


def test_the_same_state_gives_the_same_bytes_without_a_line_that_yaml_could_fold() -> None:
    given = state([board(description="long " * 9000 + "\x85\u2028\x7f😀: # 'it' \\ \"\n- end")])
    first = dict(files(given, Options(form="operator"), print))
    assert first == dict(files(given, Options(form="operator"), print))
    read = yaml.safe_load(first["dashboards/shop-overview.yaml"])["spec"]["json"]
    assert json.loads(read)["description"].endswith("\x85\u2028\x7f😀: # 'it' \\ \"\n- end")


def test_a_dashboard_too_large_for_the_annotation_of_kubectl_says_how_to_apply_it() -> None:
    said: list[str] = []
    # Quotes are escaped in the annotation, so that it is larger than the dashboard itself.
    resources(state([board(description='"' * 90_000)]), warn=said.append)
    assert said == [
        "shop-dashboard-overview is too large for the annotation in which `kubectl apply` keeps what it applied: "
        "use `kubectl apply --server-side`"
    ]


def test_a_dashboard_larger_than_a_configmap_is_refused() -> None:
    with pytest.raises(InputError, match=r"overview.json has \d+ KiB, and a ConfigMap holds 1024"):
        resources(state([board(description="x" * 1_100_000)]))


def test_two_dashboards_that_grafana_would_not_provision_are_refused() -> None:
    with pytest.raises(InputError, match="b and a are both 'T' in 'Ops - Shop'"):
        resources(state([board("a", title="T"), board("b", title="T")]))
    resources(state([board("a", title="T"), board("b", (), title="T")]))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("Ops",), "Ops"), (("Ops", "Shop / EU"), "Ops - Shop - EU"), (("..",), "folder"), ((".hidden",), "hidden"),
        (("/etc",), "-etc"),
    ],
)  # fmt: skip
def test_a_folder_is_one_directory_that_stays_below_the_sidecars(path: tuple[str, ...], name: str) -> None:
    assert directory(path) == name
    assert "/" not in directory(path)


def test_a_dashboard_of_the_v2_schema_becomes_classic_for_a_file() -> None:
    found = resources(state([dynamic()]), warn=lambda _: None)["dashboards/shop-dashboard-dynamic.yaml"]
    assert json.loads(found["data"]["dynamic.json"])["title"] == "Dynamic"


def test_datasources_are_provisioned_with_variables_of_grafana_and_without_values() -> None:
    found = resources(state())["datasources/shop-datasources.yaml"]
    assert found["metadata"]["labels"]["grafana_datasource"] == "1"
    (entry,) = yaml.safe_load(found["data"]["shop-datasources.yaml"])["datasources"]
    assert entry["url"] == "http://prom$$1:9090/${PATH_PREFIX}"
    assert entry["jsonData"] == {"httpMethod": "POST", "note": "$$__interval"}
    assert entry["secureJsonData"] == {"httpHeaderValue1": "${PROM_TOKEN}"}
    assert (entry["uid"], entry["isDefault"], PROMETHEUS.default) == ("prometheus", True, True)


def test_a_state_without_datasources_has_no_file_for_them() -> None:
    assert not [path for path in resources(state(datasources=())) if path.startswith("datasources")]


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
@pytest.mark.parametrize("form", ["configmap", "operator"])
def test_kustomize_renders_every_resource(form: str, tmp_path: Path) -> None:
    said: list[str] = []
    for name, data in files(state(), Options(form=form, image="r/i:1", group="eu"), said.append):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    done = subprocess.run(["kubectl", "kustomize", tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    # A plain = is a text for everyone but PyYAML.
    output = yaml.safe_load_all(done.stdout.replace("- =\n", "- '='\n"))
    rendered = {(entry["kind"], entry["metadata"]["name"]): entry for entry in output}
    written = resources(state(), form=form, image="r/i:1", group="eu")
    del written["kustomization.yaml"]
    assert rendered == {(entry["kind"], entry["metadata"]["name"]): entry for entry in written.values()}
