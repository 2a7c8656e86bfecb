"""Adjust compiled dashboards to a context: prefixes, tags, datasources. Pure; digest, diff and push use the result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.document.compare import content_digest
from dashkit.errors import ConfigError
from dashkit.model.dashboard import CompiledDashboard, FolderPath, Location

#: A path on this server; `https://elsewhere.example.org/d/x` does not match.
_LINK = re.compile(r"(?<![\w.:-])(/d/)([A-Za-z0-9_-]{1,40})")
_UID_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Adjustments:
    """How a context changes what is pushed to it. ``owner_tag`` marks the project's dashboards."""

    owner_tag: str
    folder_prefix: FolderPath = ()
    uid_prefix: str = ""
    tags: tuple[str, ...] = ()
    datasources: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The owner tag. It includes the uid prefix, so that pruning one context never affects another's dashboards."""
        return f"{self.owner_tag}:{self.uid_prefix}" if self.uid_prefix else self.owner_tag

    def full_uid(self, uid: str) -> str:
        """Return the uid on the server. ``uid`` may or may not have the prefix."""
        return uid if uid.startswith(self.uid_prefix) else self.uid_prefix + uid

    def without_prefix(self, path: FolderPath) -> FolderPath:
        """Return the path below the context's folder."""
        depth = len(self.folder_prefix)
        return path[depth:] if path[:depth] == self.folder_prefix else path


@dataclass(frozen=True, slots=True)
class Desired:
    """A dashboard as it should be stored.

    ``spec`` has no uid; ``source_uid`` is the one in the source, without a prefix. ``schema`` is the version of the v2 schema,
    empty for a classic dashboard. ``lost`` says what a server cannot take of it, and ``strict`` that it must take everything.
    """

    uid: str
    title: str
    folder: FolderPath
    spec: dict[str, Any]
    source: Location
    source_uid: str = ""
    schema: str = ""
    strict: bool = False
    lost: tuple[str, ...] = ()
    #: The digests that were computed. A push to many servers asks each time for the same.
    _digests: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def digest(self, folder_uid: str) -> str:
        """Return the digest for the version message of a push. It covers content and folder."""
        if folder_uid not in self._digests:
            self._digests[folder_uid] = content_digest(self.spec, folder_uid)
        return self._digests[folder_uid]


def desired(compiled: Iterable[CompiledDashboard], adjustments: Adjustments, known: frozenset[str]) -> list[Desired]:
    """Return the adjusted dashboards. Links to the ``known`` uids, those of all the project's dashboards, get the prefix.

    Raises:
        ConfigError: a prefixed uid exceeds Grafana's 40 characters.
    """
    return [_one(dashboard, adjustments, known) for dashboard in compiled]


def source_form(spec: dict[str, Any], adjustments: Adjustments) -> dict[str, Any]:
    """Undo `desired` on a stored document: remove the context's tags, datasources and prefix in links.

    A datasource that stands for several of the source stays: which of them was meant cannot be told.
    """
    both = ambiguous(adjustments.datasources)
    back = {new: old for old, new in adjustments.datasources.items() if new not in both}
    result: dict[str, Any] = rewritten(spec, back, lambda uid: uid.removeprefix(adjustments.uid_prefix))
    for variable in (result.get("templating") or {}).get("list") or ():
        # What `desired` selected because the source selects nothing.
        if variable.get("type") == "datasource" and variable.get("current", {}).get("value") == variable.get("query"):
            variable["current"] = {}
    for variable in _v2_variables(result):
        if (variable.get("current") or {}).get("value") == variable["pluginId"]:
            variable["current"] = {"text": "", "value": ""}
    ours = {*adjustments.tags, adjustments.tag}
    tags = result.get("tags") or []
    result["tags"] = [tag for tag in tags if tag not in ours and not str(tag).startswith("dashkit:")]
    return result


def ambiguous(datasources: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the datasources of a server that stand for several of the source, and those."""
    found: dict[str, list[str]] = {}
    for old, new in sorted(datasources.items()):
        found.setdefault(new, []).append(old)
    return {new: olds for new, olds in found.items() if len(olds) > 1}


def _v2_variables(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the datasource variables of a document of the v2 schema."""
    for entry in spec.get("variables") or ():
        if isinstance(entry, dict) and isinstance(entry.get("spec"), dict) and "pluginId" in entry["spec"]:
            yield entry["spec"]


def _one(dashboard: CompiledDashboard, adjustments: Adjustments, known: frozenset[str]) -> Desired:
    uid = adjustments.uid_prefix + dashboard.uid
    if len(uid) > _UID_LIMIT:
        raise ConfigError(
            f"uid {uid!r} has {len(uid)} characters with the context's uid_prefix; Grafana allows {_UID_LIMIT}",
            where=str(dashboard.source),
            hint="shorten the uid or the prefix",
        )
    spec = {key: value for key, value in dashboard.spec.items() if key != "uid"}
    if adjustments.uid_prefix or adjustments.datasources:
        prefix = adjustments.uid_prefix
        spec = rewritten(spec, adjustments.datasources, lambda uid: prefix + uid if uid in known else uid)
    spec["tags"] = sorted({*spec.get("tags", ()), *adjustments.tags, adjustments.tag})
    return Desired(
        uid, dashboard.title, adjustments.folder_prefix + dashboard.folder, spec, dashboard.source, dashboard.uid,
        dashboard.schema, dashboard.strict,
    )  # fmt: skip


def rewritten(value: Any, datasources: Mapping[str, str], link: Callable[[str], str]) -> Any:
    """Return a copy with other datasources, and with ``link`` applied to the uid of each link to a dashboard."""
    if isinstance(value, dict):
        result = {key: rewritten(item, datasources, link) for key, item in value.items()}
        datasource = result.get("datasource")
        if isinstance(datasource, dict) and str(datasource.get("uid")) in datasources:
            result["datasource"] = {**datasource, "uid": datasources[str(datasource["uid"])]}
        elif isinstance(datasource, dict) and str(datasource.get("name")) in datasources:  # in the v2 schema
            result["datasource"] = {**datasource, "name": datasources[str(datasource["name"])]}
        elif isinstance(datasource, str) and datasource in datasources:  # in documents of old schemas
            result["datasource"] = datasources[datasource]
        if result.get("type") == "datasource" and isinstance(result.get("current"), dict):
            result["current"] = _selection(result["current"], datasources, str(result.get("query")))
        if "pluginId" in result and isinstance(result.get("current"), dict):  # the same in the v2 schema
            result["current"] = _v2_selection(result["current"], datasources, str(result["pluginId"]))
        return result
    if isinstance(value, list):
        return [rewritten(item, datasources, link) for item in value]
    if isinstance(value, str) and "/d/" in value:
        return _LINK.sub(lambda found: found[1] + link(found[2]), value)
    return value


def unused(compiled: Iterable[CompiledDashboard], datasources: Mapping[str, str]) -> list[str]:
    """Return the datasources of a context's mapping that no dashboard refers to."""
    left = set(datasources)
    for dashboard in compiled:
        if not left:
            break
        left -= _mentioned(dashboard.spec)
    return sorted(left)


def _mentioned(value: Any) -> set[str]:
    """Return the uids of datasources in a document, and the types and selections of its datasource variables."""
    found: set[str] = set()
    if isinstance(value, dict):
        datasource = value.get("datasource")
        found.add(str(datasource.get("uid", datasource.get("name")) if isinstance(datasource, dict) else datasource))
        if value.get("type") == "datasource":
            found |= {str(value.get("query")), str((value.get("current") or {}).get("value"))}
        if "pluginId" in value:
            found |= {str(value["pluginId"]), str((value.get("current") or {}).get("value"))}
        for item in value.values():
            found |= _mentioned(item)
    elif isinstance(value, list):
        for item in value:
            found |= _mentioned(item)
    return found


def _selection(current: dict[str, Any], mapping: Mapping[str, str], kind: str) -> dict[str, Any]:
    """Return what a datasource variable selects at first: the mapped datasource, or without a choice that of its type."""
    value = current.get("value")
    if not current and kind in mapping:
        return {"selected": True, "text": mapping[kind], "value": mapping[kind]}
    if not isinstance(value, str) or value not in mapping:
        return current
    text = mapping[value] if current.get("text") == value else current.get("text", mapping[value])
    return {**current, "value": mapping[value], "text": text}


def _v2_selection(current: dict[str, Any], mapping: Mapping[str, str], kind: str) -> dict[str, Any]:
    """Return the same for a variable of the v2 schema, where no choice is an empty text."""
    chosen = _selection(current if current.get("value") else {}, mapping, kind)
    return {key: value for key, value in chosen.items() if key != "selected"} or current
