"""Jobs that run dashkit in a cluster: a backup each night, and a push to many contexts at once.

Both satisfy the restricted profile of https://kubernetes.io/docs/concepts/security/pod-security-standards/. The push is an
Indexed Job (https://kubernetes.io/docs/concepts/workloads/controllers/job/) with a limit of tries for each index: 1.29 or later.
"""

from __future__ import annotations

from typing import Any

from dashkit import _json
from dashkit.config.context import ENVIRONMENT
from dashkit.errors import ConfigError, UsageError
from dashkit.export.kubernetes.resource import Maker, Resource, Resources

PROJECT, BACKUPS = "/project", "/backups"
#: A user without a name, in no image.
_USER = 65532
#: The program's exit codes after which trying again changes nothing: problems found, usage, a broken file, refused.
_FINAL = [1, 2, 3, 6]
#: A CronJob appends eleven characters to its name, and an Indexed Job the index.
_JOB_NAME = 52


def jobs(maker: Maker) -> Resources:
    """Yield the jobs, if there is an image for them.

    Raises:
        UsageError: there is no image, though a group is to be pushed to.
        ConfigError: there is no context to back up.
    """
    options, context = maker.options, maker.state.context
    if not options.image:
        if options.group:
            raise UsageError("--group needs --image", hint="add --image REGISTRY/IMAGE:TAG")
        return
    if context in ("", ENVIRONMENT):
        raise ConfigError(
            "jobs need a context of dashkit.yaml", hint="name one with --context, or add `contexts:` to dashkit.yaml"
        )
    tag = options.image.rpartition("/")[2]
    if ":" not in tag or tag.endswith(":latest"):
        maker.warn(f"{options.image} has no fixed tag: the push runs again only when the image's name changes")
    yield "jobs/backup.yaml", _backup(context, maker)
    if options.group:
        yield "jobs/push.yaml", _push(maker)


def _backup(context: str, maker: Maker) -> Resource:
    """Return a CronJob for a backup at night, which keeps a week of days, a month of weeks and a year of months.

    Whoever runs the cluster makes the claim for the volume: if it were among these files, pruning could delete all backups.
    """
    archives = maker.options.archives
    keep = ["--forget", "--keep-daily", "7", "--keep-weekly", "5", "--keep-monthly", "12"]
    command = ["backup", "--context", context, "--output", archives or BACKUPS, *keep]
    volume = {} if archives else {BACKUPS: {"persistentVolumeClaim": {"claimName": maker.name("backups")}}}
    name = maker.name(f"backup-{context}", limit=_JOB_NAME)
    return maker.resource(
        "batch/v1", "CronJob", name,
        spec={
            "schedule": "17 3 * * *", "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 3600,
            "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": 2, "activeDeadlineSeconds": 3600,
                    "template": _pod(command, volume, maker),
                }
            },
        },
    )  # fmt: skip


def _push(maker: Maker) -> Resource:
    """Return a Job whose pods each push to a part of the group.

    A Job cannot change, so its name has a digest of it: a new image makes a new Job, which pushes again. One that is finished
    stays, since whatever keeps the cluster as in Git would otherwise start it again and again.
    """
    group, shards = maker.options.group, maker.options.shards
    command = ["push", "--group", group, "--shard", f"$(JOB_COMPLETION_INDEX)/{shards}", "--yes"]
    spec = {
        "completionMode": "Indexed", "completions": shards, "parallelism": shards,
        "backoffLimitPerIndex": 2, "maxFailedIndexes": shards, "activeDeadlineSeconds": 3600,
        "podFailurePolicy": {
            "rules": [
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                {
                    "action": "FailIndex",
                    "onExitCodes": {"containerName": "dashkit", "operator": "In", "values": _FINAL},
                },
            ]
        },
        "template": _pod(command, {}, maker),
    }  # fmt: skip
    return maker.resource(
        "batch/v1", "Job", maker.name(f"push-{group}-{_json.digest(spec)[:8]}", limit=_JOB_NAME), spec=spec
    )


def _pod(command: list[str], volumes: dict[str, dict[str, Any]], maker: Maker) -> dict[str, Any]:
    """Return the template of a pod that runs dashkit, with volumes by the path where they appear."""
    # dashkit keeps its state beside dashkit.yaml; everything else in the image is read-only.
    places = {"/tmp": {"emptyDir": {}}, f"{PROJECT}/.dashkit": {"emptyDir": {}}, **volumes}  # noqa: S108 # in a pod
    named = [(f"volume-{number}", path, source) for number, (path, source) in enumerate(places.items(), start=1)]
    user = {"runAsNonRoot": True, "runAsUser": _USER, "runAsGroup": _USER, "fsGroup": _USER}
    container = {
        "name": "dashkit", "image": maker.options.image, "command": ["dashkit"], "args": command, "workingDir": PROJECT,
        **_environment(maker.options.token_secret),
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": name, "mountPath": path} for name, path, _ in named],
    }  # fmt: skip
    labels = maker.resource("v1", "Pod", "")["metadata"]["labels"]
    return {
        "metadata": {"labels": labels},
        "spec": {
            "restartPolicy": "Never", "automountServiceAccountToken": False, "enableServiceLinks": False,
            "securityContext": {**user, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            "volumes": [{"name": name, **source} for name, _, source in named],
        },
    }  # fmt: skip


def _environment(token_secret: str) -> dict[str, Any]:
    """Return where the environment comes from: one key of a Secret is the token, or each of its keys is a variable."""
    name, _, key = token_secret.partition("/")
    plain = [{"name": "HOME", "value": "/tmp"}, {"name": "PYTHONDONTWRITEBYTECODE", "value": "1"}]  # noqa: S108
    if not key:
        return {"env": plain, "envFrom": [{"secretRef": {"name": name}}]}
    token = {"name": "DASHKIT_TOKEN", "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}
    return {"env": [*plain, token]}
