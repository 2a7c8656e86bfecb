"""Compile a dashboard with tabs, auto grids or conditions: to the v2 schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dashkit.document.datasources import References
from dashkit.document.normalise import Normalised
from dashkit.document.v2.compose import compose, divide
from dashkit.document.v2.up_variables import variables
from dashkit.document.variables import modern_variables
from dashkit.document.walk import entries

#: The version of the schema. All servers that know the schema well enough take it; a push writes a newer one where it can.
SCHEMA = "v2beta1"


def compile_dynamic(
    value: dict[str, Any], datasource_types: Mapping[str, str], compile_classic: Callable[[dict[str, Any]], Normalised]
) -> Normalised:
    """Return a document of the v2 schema, with what is known of its panels.

    Args:
        value: what an author's module exports, as plain values.
        compile_classic: brings a classic document to canonical form.
    """
    of_all = entries(value, "templating")

    def scoped(own: list[Any]) -> list[dict[str, Any]]:
        return variables(modern_variables(own, References([*of_all, *own], datasource_types)))

    divided = divide(value.get("panels") or [], scoped)
    normalised = compile_classic({**value, "panels": divided.rows})
    return replace(normalised, spec=compose(normalised.spec, divided))
