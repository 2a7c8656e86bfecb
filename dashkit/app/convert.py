"""Convert a dashboard between the classic and the v2 schema, and say what is lost."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.app.connect import adjustments_of, connected
from dashkit.app.ports import Ports
from dashkit.document.read import V2_VERSIONS, as_resource, read_document, read_v2
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.down import Loss, down
from dashkit.document.v2.up import up
from dashkit.errors import InputError, ServerError, UsageError
from dashkit.model.item import CLASSIC


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit convert`. ``source`` is a file, ``-`` for standard input, or the uid of a live dashboard."""

    source: str
    to: str
    context_name: str | None = None
    output: Path | None = None
    #: Only say what would be lost.
    check: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """The dashboard as a file of the other schema holds it.

    ``losses`` are what that schema cannot say. ``changed`` says whether a file was written.
    """

    uid: str
    schema: str
    document: dict[str, Any]
    losses: tuple[Loss, ...] = ()
    changed: bool = False


def convert(request: Request, ports: Ports) -> Converted:
    """Convert a dashboard, and write it if a file is named.

    Raises:
        InputError: the file is not a dashboard, or cannot be written.
        ServerError: there is no such live dashboard.
    """
    uid, schema, spec = _source(request, ports)
    losses: tuple[Loss, ...] = ()
    if request.to != CLASSIC:
        converted = in_dialect(spec, of=schema, to=request.to) if schema else in_dialect(up(spec), to=request.to)
        document = as_resource(uid, request.to, converted)
    elif schema:
        lowered = down(spec)
        document, losses = {**lowered.classic, **({"uid": uid} if uid else {})}, lowered.losses
    else:
        document = {**spec, **({"uid": uid} if uid else {})}
    changed = False
    if request.output is not None and not request.check:
        changed = _files.write_atomic(request.output, _json.pretty(document))
    return Converted(uid, request.to, document, losses, changed)


def _source(request: Request, ports: Ports) -> tuple[str, str, dict[str, Any]]:
    """Return the uid, the version of the v2 schema (empty for a classic dashboard), and the document."""
    path = Path(request.source)
    if request.source == "-":
        return _read(_json.parse(sys.stdin.buffer.read(), where="<stdin>"), "<stdin>")
    if path.suffix == ".py":
        raise UsageError(f"{path} is a module", hint="dashkit build compiles it; convert the file that it writes")
    if path.suffix == ".json" or path.exists() or "/" in request.source:
        return _read(_json.parse(_files.read_bytes(path), where=str(path)), str(path))
    found = connected(ports, request.context_name)
    uid = adjustments_of(ports.project, found.context).full_uid(request.source)
    live = next(iter(found.server.read(frozenset({uid}))), None)
    if live is None:
        raise ServerError(f"no dashboard with uid {uid!r}", status=404, where=found.server.url)
    if live.schema and (not live.spec or live.schema not in V2_VERSIONS):
        raise InputError(f"is stored in the schema {live.schema}, which dashkit does not read", where=uid)
    return live.uid, live.schema, live.spec


def _read(value: Any, where: str) -> tuple[str, str, dict[str, Any]]:
    try:
        if (resource := read_v2(value)) is not None:
            return resource.uid, resource.schema or V2_VERSIONS[0], resource.spec
        spec = read_document(value).spec
    except InputError as error:
        error.where = error.where or where
        raise
    return str(spec.get("uid") or ""), "", spec
