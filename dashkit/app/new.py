"""Files to begin with: a project, or a module of one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dashkit import _files
from dashkit.errors import InputError, UsageError

if TYPE_CHECKING:
    from dashkit.config.project import Project

SCHEMA = "dashkit.schema.json"
KINDS = ("dashboard", "factory", "alerts")
_LONGEST_NAME = 30
#: Grafana's limit.
_LONGEST_UID = 40


@dataclass(frozen=True, slots=True)
class Request:
    """Options of ``dashkit new``: ``kind`` is one of `KINDS`."""

    kind: str
    name: str
    family: str
    #: The job of the service, as Prometheus calls it. Empty: as the module is called.
    service: str


def new_project(directory: Path, name: str) -> list[Path]:
    """Write the files of a new project, and return them.

    Raises:
        InputError: the name cannot be used, or one of the files exists.
    """
    project = name or re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name).strip("-.") or "dashboards"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", project):
        raise InputError(
            f"{project!r} is not a valid project name", hint="--name takes up to 40 letters, digits, - _ ."
        )
    values = {"PROJECT": project}
    files = {
        directory / "dashkit.yaml": _template("dashkit.yaml", values),
        directory / "dashboards/operations/prometheus.py": _template("prometheus.py.txt", values),
        directory / "AGENTS.md": _template("AGENTS.md.txt", values),
        directory / SCHEMA: schema_text(),
        directory / ".gitignore": _template("gitignore.txt", values),
    }
    _write(files, "choose another directory")
    return list(files)


def new_module(request: Request, project: Project) -> Path:
    """Write a module of the project, and return its path.

    Raises:
        UsageError: a name cannot be used.
        InputError: the module exists.
    """
    module = _module_name(request.name, request.kind)
    uid = module.replace("_", "-")
    service = request.service or uid
    if not re.fullmatch(r"[A-Za-z][\w -]*(/[A-Za-z][\w -]*)*", request.family):
        hint = "letters, digits, spaces, - and _, and / between folders: --family business"
        raise UsageError(f"--family {request.family!r} is not a folder of modules", hint=hint)
    if request.kind != "alerts" and request.family.split("/")[0] in ("alerts", "shared"):
        raise UsageError(f"--family {request.family} holds no dashboards", hint="--family business")
    if not re.fullmatch(r"[\w./:-]{1,80}", service):
        raise UsageError(f"--service {service!r} is not the name of a job", hint="--service checkout-api")
    if request.kind == "factory" and not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{_LONGEST_UID - len(uid) - 1}}}", service):
        hint = f"letters, digits, - and _, and with the name no more than {_LONGEST_UID} characters"
        raise UsageError(f"--service {service!r} cannot be a part of a uid", hint=hint)
    values = {
        "TITLE": module.replace("_", " ").capitalize(),
        "NAME": "".join(part.capitalize() for part in module.split("_")),
        "UID": uid,
        "SERVICE": service,
        "FAMILY": request.family.rpartition("/")[2].lower().replace(" ", "-"),
    }
    folder = "alerts" if request.kind == "alerts" else request.family
    path = project.dashboards[0] / folder / f"{module}.py"
    _write({path: _template(f"{request.kind}.py.txt", values)}, "choose another name")
    return path


def new_schema(project: Project) -> Path:
    """Write the JSON Schema of dashkit.yaml beside it, over an older one, and return its path."""
    path = project.root / SCHEMA
    _files.write_atomic(path, schema_text().encode())
    return path


def schema_text() -> str:
    """Return the JSON Schema of dashkit.yaml, which editors complete and check by."""
    from dashkit.config import schema

    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "dashkit.yaml"}
    return json.dumps({**head, **schema.SCHEMA}, indent=2, ensure_ascii=False) + "\n"


def _module_name(name: str, kind: str) -> str:
    """Return the name of a module for a name in any writing: ``Checkout page`` is ``checkout_page``."""
    if not name:
        raise UsageError(f"dashkit new {kind} needs a name", hint=f"dashkit new {kind} checkout")
    module = "_".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()))
    if (
        not module
        or not module[0].isalpha()
        or len(module) > _LONGEST_NAME
        or not re.fullmatch(r"[\w -]*", name, re.ASCII)
    ):
        hint = f"a name begins with a letter and has up to {_LONGEST_NAME} letters from a to z, digits, - and _"
        raise UsageError(f"{name!r} is no name for a module", hint=hint)
    return module


def _template(name: str, values: Mapping[str, str]) -> str:
    """Return a template with the words between ``@`` replaced."""
    text = (resources.files("dashkit.app") / "template" / name).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], text)


def _write(files: Mapping[Path, str], hint: str) -> None:
    """Write files that do not exist yet: all of them, or none."""
    for path in files:
        if path.exists() or path.is_symlink():
            raise InputError(f"{path} already exists; nothing was written", hint=hint)
    for path, text in files.items():
        _files.write_atomic(path, text.encode())
