"""Names, references and literal texts of Terraform's JSON syntax.

https://developer.hashicorp.com/terraform/language/syntax/json. A text there is a template: ``${`` and ``%{`` begin something
that Terraform evaluates, and are doubled in a text that means itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from dashkit import _json
from dashkit.deploy.routing import variable


def literal(value: Any) -> Any:
    """Return a value whose texts, and names of texts, mean themselves."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return {literal(key): literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list | tuple) else value


def label(text: str, *inside: str) -> str:
    """Return the name of a resource: the text, if Terraform takes it.

    A digest keeps apart what would otherwise be called the same, also by what the object is ``inside`` of. A name never depends
    on other objects: it is an address in the state, and another one would be another resource.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")
    plain = plain if re.match("[A-Za-z_]", plain) else f"_{plain}"
    if plain == text and not inside:
        return plain
    return f"{plain}-{hashlib.sha256(chr(10).join((*inside, text)).encode()).hexdigest()[:8]}"


def reference(kind: str, name: str, attribute: str) -> str:
    """Return a reference to an attribute of a resource, by which Terraform also knows what comes first."""
    return f"${{{kind}.{name}.{attribute}}}"


def input_name(secret: str) -> str:
    """Return the name of the input variable for a secret, or for a variable of Grafana's environment."""
    name = variable(secret).lower()
    return name if re.match("[a-z_]", name) else f"_{name}"


def input_value(secret: str) -> str:
    """Return a reference to the input variable."""
    return f"${{var.{input_name(secret)}}}"


def document(**content: Any) -> bytes:
    """Return a file."""
    note = "Written by `dashkit export terraform`; change the source instead."
    return _json.pretty({"//": note, **content})


def given(**values: Any) -> dict[str, Any]:
    """Return the values that say something. Keywords of Python end in ``_``."""
    return {key.rstrip("_"): value for key, value in values.items() if value not in (None, "", [], {}, ())}


def organisation(number: int) -> dict[str, str]:
    """Return the argument that names the organisation, which the first one does not need."""
    return {"org_id": str(number)} if number != 1 else {}
