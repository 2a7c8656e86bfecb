"""Read and validate dashkit.yaml. Errors give the line and, for a misspelt key, the closest known one."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml

from dashkit import _files, _yaml
from dashkit.config.schema import SCHEMA
from dashkit.errors import ConfigError, InputError

NAME = "dashkit.yaml"


def find(start: Path) -> Path | None:
    """Return the dashkit.yaml in ``start`` or in its nearest parent folder."""
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    return None


def read(path: Path) -> dict[str, Any]:
    """Return the validated content of the file, an empty mapping for an empty one. Raises `ConfigError` if it is invalid."""
    try:
        text = _files.read_bytes(path).decode()
    except InputError as error:
        raise ConfigError(error.message, where=str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8 text", where=str(path)) from None
    return read_text(text, path)


def read_text(text: str, path: Path) -> dict[str, Any]:
    """Return the validated content of a text that is, or is about to be, in the file. Errors as for `read`."""
    try:
        found = list(_yaml.documents(text))
    except _yaml.ERRORS as error:
        message, where = _yaml.reason(error, str(path))
        raise ConfigError(message, where=where) from None
    tree, value = found[0] if found else (None, None)
    if value is None or tree is None:
        return {}
    if len(found) > 1:
        raise ConfigError("contains more than one document", where=f"{path}:{found[1][0].start_mark.line + 1}")
    if (again := _yaml.duplicate_key(tree)) is not None:
        where = f"{path}:{again.start_mark.line + 1}"
        raise ConfigError(f"duplicate key `{again.value}`", where=where, hint="keep one of the two")
    _only_text_keys(value, path)
    _check(value, tree, path)
    result: dict[str, Any] = value
    return result


def _check(value: Any, tree: yaml.Node, path: Path) -> None:
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(SCHEMA).iter_errors(value)
    error = min(errors, key=lambda entry: list(map(str, entry.absolute_path)), default=None)
    if error is None:
        return
    place = list(error.absolute_path)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = min(str(key) for key in error.instance if key not in known)
        near = difflib.get_close_matches(unknown, known, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"
        if unknown in ("token", "password"):
            hint = f"a secret does not belong in this file: use {unknown}_env, {unknown}_file or {unknown}_command"
        raise ConfigError(
            f"unknown key `{_dotted([*place, unknown])}`", where=_line(path, tree, [*place, unknown]), hint=hint
        )
    raise ConfigError(f"`{_dotted(place)}` {_fault(error)}".replace("`` ", ""), where=_line(path, tree, place))


def _fault(error: Any) -> str:
    """Describe what is wrong, without the value: it may be a secret written in the wrong place."""
    kind, expected = error.validator, error.validator_value
    if kind == "type":
        return f"is not of type {expected!r}"
    if kind == "enum":
        return f"is not one of {', '.join(map(repr, expected))}"
    if kind == "pattern":
        return f"does not match {expected}"
    if kind in ("minimum", "maximum", "exclusiveMinimum", "minLength", "minItems"):
        return f"is out of bounds ({kind} {expected})"
    return f"does not have the expected form: {error.schema.get('description', kind)}"


def _only_text_keys(value: Any, path: Path) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ConfigError(f"the key {key!r} is not a string", where=str(path), hint=f'quote it: "{key}"')
            _only_text_keys(item, path)
    elif isinstance(value, list):
        for item in value:
            _only_text_keys(item, path)


def _dotted(place: list[Any]) -> str:
    return ".".join(map(str, place))


def _line(path: Path, tree: yaml.Node, place: list[Any]) -> str:
    """Return the file and line of the value (or key) at ``place``."""
    line = 0
    node: yaml.Node | None = tree
    for step in place:
        if isinstance(node, yaml.MappingNode):
            line, node = next(
                ((key.start_mark.line, item) for key, item in node.value if key.value == str(step)), (line, None)
            )
        else:
            node = next(iter(_yaml.items(node)[step:]), None) if isinstance(step, int) else None
            line = node.start_mark.line if node is not None else line
    return f"{path}:{line + 1}"
