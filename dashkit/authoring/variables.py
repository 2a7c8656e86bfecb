"""Dashboard variables."""

from __future__ import annotations

from typing import Any

from grafanalib.core import Template

_REFRESH_ON_TIME_RANGE = 2
_REFRESH_ON_LOAD = 1


def datasource_variable(
    name: str = "datasource", kind: str = "prometheus", *, label: str = "Data source", regex: str = ""
) -> Any:
    """Let users choose the datasource. Panels without a datasource use the variable named ``datasource``."""
    return Template(name=name, label=label, type="datasource", query=kind, regex=regex, refresh=_REFRESH_ON_LOAD)


def query_variable(
    name: str,
    query: str,
    *,
    label: str = "",
    multi: bool = False,
    include_all: bool = False,
    all_value: str | None = None,
    regex: str = "",
    datasource: str | None = None,
    hide: bool = False,
) -> Any:
    """Offer the values of a query such as ``label_values(up{env="$env"}, job)``. They are refreshed when the time range changes.

    *All* joins the values that the query returned. If there are very many, replace it with an ``all_value`` such as ``.+``,
    which also matches values that the query does not return.
    """
    return Template(
        name=name,
        label=label or name.replace("_", " ").capitalize(),
        query=query,
        type="query",
        multi=multi,
        includeAll=include_all,
        allValue=all_value,
        regex=regex,
        dataSource=datasource,
        refresh=_REFRESH_ON_TIME_RANGE,
        hide=2 if hide else 0,
    )


def custom_variable(
    name: str, values: list[str], *, label: str = "", default: str = "", include_all: bool = False
) -> Any:
    """Offer fixed values. By default, the first one is selected.

    With ``include_all``, users can select several values, and all are selected at first.
    """
    chosen = {"includeAll": True, "multi": True} if include_all else {"default": default or values[0]}
    return Template(name=name, label=label or name.capitalize(), query=",".join(values), type="custom", **chosen)


def interval_variable(name: str = "interval", values: str = "1m,5m,15m,1h", *, label: str = "Interval") -> Any:
    """Offer durations to choose from."""
    return Template(name=name, label=label, query=values, type="interval", refresh=_REFRESH_ON_TIME_RANGE)


def constant_variable(name: str, value: str) -> Any:
    """Define a hidden value that users cannot change in the UI."""
    return Template(name=name, query=value, type="constant", hide=2)


def text_variable(name: str, value: str, *, label: str = "") -> Any:
    """Let users type a value, such as a price."""
    return Template(name=name, label=label or name.capitalize(), query=value, default=value, type="textbox")
