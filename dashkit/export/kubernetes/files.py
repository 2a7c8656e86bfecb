"""The files of ``dashkit export kubernetes``: one for each resource, and a kustomization that lists them."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.export.desired_state import DesiredState
from dashkit.export.kubernetes.alerting import alerting, prometheus_rules
from dashkit.export.kubernetes.configmaps import configmaps
from dashkit.export.kubernetes.jobs import jobs
from dashkit.export.kubernetes.operator import operator
from dashkit.export.kubernetes.resource import Maker, Options, Resources, Warn, text

KUSTOMIZATION = "kustomization.yaml"


def files(state: DesiredState, options: Options, warn: Warn) -> Iterator[tuple[str, bytes]]:
    """Yield each file as its path, with ``/`` on every platform, and its content. ``warn`` is told what to know about them.

    Raises:
        InputError: a dashboard cannot be deployed in this form.
        ConfigError: the jobs lack a context.
        UsageError: the options contradict each other.
    """
    paths = []
    for path, resource in _resources(Maker(state, options, warn)):
        paths.append(path)
        yield path, text(resource)
    listed = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": sorted(paths)}
    yield KUSTOMIZATION, text(listed)


def _resources(maker: Maker) -> Resources:
    if maker.options.form == "operator":
        yield from operator(maker)
        yield from alerting(maker)
    else:
        yield from configmaps(maker)
    yield from prometheus_rules(maker)
    yield from jobs(maker)
