"""The jobs that run dashkit in a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit.errors import ConfigError, UsageError
from tests.support.kubernetes import is_label, resources, state

IMAGE = "registry.example.org/dashboards:1.4"


def pods(**options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the specs of the pods that back up and push."""
    found = resources(state(), **{"image": IMAGE, "group": "eu", **options})
    backup = found["jobs/backup.yaml"]["spec"]["jobTemplate"]["spec"]
    return backup["template"]["spec"], found["jobs/push.yaml"]["spec"]["template"]["spec"]


def test_pods_run_as_nobody_and_can_write_only_where_dashkit_must() -> None:
    for pod in pods():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert container["resources"].keys() == {"requests", "limits"}
        mounted = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        assert mounted.keys() >= {"/tmp", "/project/.dashkit"}
        assert sorted(mounted.values()) == sorted(volume["name"] for volume in pod["volumes"])


def test_the_token_comes_from_a_secret() -> None:
    environment = {entry["name"]: entry for entry in pods(token_secret="grafana/admin")[0]["containers"][0]["env"]}
    assert environment["DASHKIT_TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": "grafana", "key": "admin"}}


def test_a_secret_without_a_key_is_the_environment_of_many_contexts() -> None:
    (container,) = pods(token_secret="tokens")[1]["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "tokens"}}]
    assert "DASHKIT_TOKEN" not in [entry["name"] for entry in container["env"]]


def test_a_backup_runs_each_night_and_never_twice_at_once() -> None:
    found = resources(state(), image=IMAGE)
    assert "jobs/push.yaml" not in found
    job = found["jobs/backup.yaml"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert len(job["metadata"]["name"]) <= 52
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["args"][:5] == ["backup", "--context", "prod", "--output", "/backups"]
    claims = [volume.get("persistentVolumeClaim") for volume in pods()[0]["volumes"]]
    assert {"claimName": "shop-backups"} in claims


def test_backups_in_a_store_need_no_volume() -> None:
    backup, _ = pods(archives="s3://backups/grafana")
    assert backup["containers"][0]["args"][4] == "s3://backups/grafana"
    assert all("emptyDir" in volume for volume in backup["volumes"])


def test_each_pod_pushes_to_its_part_of_the_group() -> None:
    spec = resources(state(), image=IMAGE, group="eu", shards=3)["jobs/push.yaml"]["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 3, 3)
    assert spec["backoffLimitPerIndex"] > 0
    arguments = spec["template"]["spec"]["containers"][0]["args"]
    # Kubernetes fills this in, without a shell.
    assert arguments[:5] == ["push", "--group", "eu", "--shard", "$(JOB_COMPLETION_INDEX)/3"]


def test_another_image_is_another_push_because_a_job_cannot_change() -> None:
    names = {
        resources(state(), image=image, group="Europe West")["jobs/push.yaml"]["metadata"]["name"]
        for image in (IMAGE, IMAGE, "registry.example.org/dashboards:1.5")
    }
    assert len(names) == 2
    assert all(map(is_label, names))


@pytest.mark.parametrize("image", ["dashboards", "localhost:5000/dashboards", "dashboards:latest"])
def test_an_image_that_changes_under_its_name_is_warned_of(image: str) -> None:
    said: list[str] = []
    resources(state(), image=image, group="eu", warn=said.append)
    assert said == [f"{image} has no fixed tag: the push runs again only when the image's name changes"]


def test_jobs_need_an_image_and_a_context() -> None:
    with pytest.raises(UsageError, match="--group needs --image"):
        resources(state(), group="eu")
    with pytest.raises(ConfigError, match="need a context"):
        resources(replace(state(), context=""), image=IMAGE)
