"""What the resources of every form have in common: names, labels, sizes and text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit import _json
from dashkit.errors import InputError
from dashkit.export import yaml_text
from dashkit.export.desired_state import DesiredState

Resource = dict[str, Any]
#: Files in the making: the path below the output folder, and the resource in it.
Resources = Iterator[tuple[str, Resource]]
#: Tells the person something that does not stop the export.
Warn = Callable[[str], None]

_NOTE = "Written by `dashkit export kubernetes`; change the modules instead."
#: The longest that names of all kinds may be (a DNS label, RFC 1123), though ConfigMaps may have longer ones.
_NAME_LIMIT = 63
#: What the values of a ConfigMap or Secret may take together, in bytes.
_DATA_LIMIT = 1024 * 1024
#: What all annotations of an object may take together, in bytes.
_ANNOTATIONS_LIMIT = 256 * 1024
#: Where a file goes after PyYAML is done, which takes two seconds for a megabyte and writes no blocks.
_PLACE = "@@dashkit-block@@"
#: What YAML does not allow as it is, or reads as an end of a line. orjson escapes other control characters itself.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Options:
    """How the resources are made.

    Attributes:
        form: ``configmap`` for the sidecars of Grafana's Helm chart, ``operator`` for grafana-operator.
        namespace: that of all resources; empty to leave it to whoever applies them.
        label: what the sidecar for dashboards looks for.
        folder_annotation: where it reads the folder from; empty for none.
        instances: the label of the Grafanas that the operator fills.
        image: an image with dashkit, and with the project in ``/project``; none for no jobs.
        token_secret: ``NAME/KEY`` of a Secret with the token; ``NAME`` for one whose keys are environment variables.
        archives: the URL of a store for backups; empty for the volume claim ``PROJECT-backups``.
        group: the contexts that a job pushes to; none for no such job.
        shards: into how many parts it divides the group.
    """

    form: str = "configmap"
    namespace: str = ""
    label: tuple[str, str] = ("grafana_dashboard", "1")
    folder_annotation: str = "grafana_folder"
    instances: tuple[str, str] = ("dashboards", "grafana")
    image: str = ""
    token_secret: str = "dashkit-token/token"  # noqa: S105 # the name of a Secret
    archives: str = ""
    group: str = ""
    shards: int = 4


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the resources of one export."""

    state: DesiredState
    options: Options
    warn: Warn

    def name(self, text: str, *, limit: int = _NAME_LIMIT) -> str:
        """Return the name of a resource: the project and a text, with a digest of the text if it had to change.

        https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
        """
        project, plain = _slug(self.state.project), _slug(text)
        whole = f"{project}-{plain}"
        if plain == text and len(whole) <= limit:
            return whole
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        return f"{whole[: limit - 9].strip('-')}-{digest}"

    def resource(self, api: str, kind: str, name: str, **content: Any) -> Resource:
        """Return a resource. ``labels`` and ``annotations`` in the content are its metadata."""
        labels = {
            **content.pop("labels", {}),
            "app.kubernetes.io/managed-by": "dashkit",
            "app.kubernetes.io/part-of": self.state.project.rstrip("_.-"),
        }
        metadata = {"name": name, "namespace": self.options.namespace, "labels": labels}
        metadata |= {"annotations": content.pop("annotations", {})}
        found = {key: value for key, value in metadata.items() if value}
        return {"apiVersion": api, "kind": kind, "metadata": found, **content}

    def configmap(
        self,
        name: str,
        data: Mapping[str, bytes],
        labels: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
    ) -> Resource:
        """Return a ConfigMap of these files: JSON as `plain_json` makes it, or YAML as `yaml_text.text` does.

        Raises:
            InputError: the files are larger than the cluster allows.
        """
        size = sum(map(len, data.values()))
        if size > _DATA_LIMIT:
            raise InputError(
                f"{', '.join(data)} has {size // 1024} KiB, and a ConfigMap holds {_DATA_LIMIT // 1024}",
                hint="divide the dashboard, or use --form operator, which compresses it",
            )
        texts = {key: value.decode() for key, value in data.items()}
        made = self.resource("v1", "ConfigMap", name, data=texts, labels=labels, annotations=annotations or {})
        if not fits_annotation(made):
            self.warn(
                f"{name} is too large for the annotation in which `kubectl apply` keeps what it applied: "
                "use `kubectl apply --server-side`"
            )
        return made


def fits_annotation(resource: Resource) -> bool:
    """Return whether ``kubectl apply`` without ``--server-side`` can annotate a resource with itself."""
    given = resource["metadata"].get("annotations", {})
    others = sum(len(f"{key}{value}".encode()) for key, value in given.items())
    key, data = "kubectl.kubernetes.io/last-applied-configuration", _json.compact(resource)
    escaped = 5 * sum(map(data.count, (b"<", b">", b"&")))  # as \u003c
    return len(key) + len(data) + escaped + 1 + others <= _ANNOTATIONS_LIMIT


def plain_json(value: Any) -> bytes:
    """Return JSON without whitespace that can stand in YAML as it is."""
    found = _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", _json.compact(value).decode())
    return found.encode()


def text(resource: Resource) -> bytes:
    """Return the YAML of a resource. Files in ``data``, and JSON in ``spec``, are blocks that a person can read."""
    part = "data" if "data" in resource else "spec"
    blocks: list[str] = []
    inside = {key: _held(value, blocks) for key, value in sorted(resource.get(part, {}).items())}
    body = yaml_text.text({**resource, part: inside} if inside else resource, _NOTE, sort_keys=True).decode()
    pieces = body.split(f"'{_PLACE}'")
    return "".join(piece + block for piece, block in zip(pieces, [*blocks, ""], strict=True)).encode()


def _held(value: Any, blocks: list[str]) -> Any:
    """Return what stands for a text that becomes a block; that is kept for later."""
    if not isinstance(value, str) or not value.startswith(("{", "#")):
        return value
    body, end = value.removesuffix("\n"), "|" if value.endswith("\n") else "|-"
    blocks.append("\n    ".join([end, *body.split("\n")]))
    return _PLACE


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
