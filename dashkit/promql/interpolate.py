"""Put the values of variables into texts, as Grafana does.

https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from dashkit.promql.variables import Reference, find


class Chosen(NamedTuple):
    """The values of a variable.

    ``several`` means that it can have more than one, ``raw`` that they are inserted unescaped, as an author's text for All is.
    ``texts`` are what people see instead of the values, if that differs.
    """

    values: tuple[str, ...]
    several: bool = False
    raw: bool = False
    texts: tuple[str, ...] = ()
    name: str = ""
    #: What people see for all values together, such as ``All``.
    label: str = ""

    @property
    def shown(self) -> str:
        return self.label or " + ".join(self.texts or self.values)


Values = Mapping[str, Chosen]

Form = Callable[[Chosen], str]
"""How values are written where a reference names no format."""


def interpolate(written: str, values: Values, built_in: Mapping[str, str], form: Form) -> str:
    """Return a text with the variables in ``values`` and ``built_in`` filled in; unknown ones stay as they are."""
    parts, last = [], 0
    for reference in find(written):
        if reference.name in values:
            value = _formatted(values[reference.name], reference.format, form)
        elif reference.name in built_in:
            value = _dated(built_in[reference.name], reference)
        else:
            continue
        parts += [written[last : reference.start], value]
        last = reference.end
    return "".join([*parts, written[last:]]) if parts else written


def filled(value: Any, fill: Callable[[str], str]) -> Any:
    """Return a JSON value with ``fill`` applied to all its strings."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, Mapping):
        return {key: filled(item, fill) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [filled(item, fill) for item in value]
    return value


def built_in(start: float, end: float, step: float, scrape: float) -> dict[str, str]:
    """Return the variables that Grafana sets from the time range; everything in seconds."""
    width = end - start
    interval = _duration(step)
    return {
        "__interval": interval,
        "__interval_ms": f"{step * 1000:.0f}",
        "__rate_interval": _duration(max(step + scrape, 4 * scrape)),
        "__auto": interval,
        "__range": f"{width:.0f}s",
        "__range_s": f"{width:.0f}",
        "__range_ms": f"{width * 1000:.0f}",
        "__from": f"{start * 1000:.0f}",
        "__to": f"{end * 1000:.0f}",
    }


def _duration(value: float) -> str:
    return f"{value:.0f}s" if value >= 1 and round(value, 3) == round(value) else f"{value * 1000:.0f}ms"


_SPECIAL = re.compile(r"[$^*{}\[\]'+?.()|]")
_LUCENE = re.compile(r'([!*+\-=<>&|()\[\]{}^~?:\\/"\s])')
_REGEX = re.compile(r"[-\\^$*+?.()|\[\]{}/]")


def prometheus(chosen: Chosen) -> str:
    """Write values for a query of Prometheus or Loki: several as ``(a|b)``, escaped."""
    if not chosen.several:
        # A single value is not a regular expression; only escape what would end the string.
        return chosen.values[0].replace("\\", "\\\\").replace('"', '\\"') if chosen.values else ""
    escaped = [_escaped(value) for value in chosen.values]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


def sql(chosen: Chosen) -> str:
    """Write values for a query in SQL: several as ``'a','b'``."""
    if not chosen.several:
        return chosen.values[0].replace("'", "''") if chosen.values else ""
    return ",".join("'" + value.replace("'", "''") + "'" for value in chosen.values)


def glob(chosen: Chosen) -> str:
    """Write values as most datasources and links take them: several as ``{a,b}``."""
    return "{" + ",".join(chosen.values) + "}" if len(chosen.values) > 1 else "".join(chosen.values)


def shown(chosen: Chosen) -> str:
    """Write values for people, as in titles."""
    return chosen.shown


def _escaped(value: str) -> str:
    """Escape a value for a regular expression inside a string literal, as Grafana does."""
    return _SPECIAL.sub(r"\\\\\g<0>", value.replace("\\", "\\" * 4).replace('"', r"\\\""))


def _formatted(chosen: Chosen, form: str, default: Form) -> str:
    values = chosen.values
    if form == "queryparam":
        return "&".join(f"var-{quote(chosen.name, safe='')}={quote(value, safe='')}" for value in values)
    if form == "text" or (not form and default is shown):
        return chosen.shown
    if chosen.raw or form in ("csv", "raw"):
        return ",".join(values)
    writer = _FORMATS.get(form.partition(":")[0])
    return writer(chosen) if writer else default(chosen)


def _quoted(values: tuple[str, ...], mark: str) -> str:
    return ",".join(mark + value.replace(mark, f"\\{mark}") + mark for value in values)


def _regex(chosen: Chosen) -> str:
    escaped = [_REGEX.sub(r"\\\g<0>", value) for value in chosen.values]
    return "(" + "|".join(escaped) + ")" if len(escaped) > 1 else "".join(escaped)


def _lucene(chosen: Chosen) -> str:
    if len(chosen.values) == 1:
        return _LUCENE.sub(r"\\\1", chosen.values[0])
    return "(" + " OR ".join('"' + _LUCENE.sub(r"\\\1", value) + '"' for value in chosen.values) + ")"


_FORMATS: Mapping[str, Form] = {
    "pipe": lambda chosen: "|".join(chosen.values),
    "json": lambda chosen: json.dumps(
        list(chosen.values) if chosen.several else "".join(chosen.values), ensure_ascii=False
    ),
    "doublequote": lambda chosen: _quoted(chosen.values, '"'),
    "singlequote": lambda chosen: _quoted(chosen.values, "'"),
    "sqlstring": lambda chosen: ",".join("'" + value.replace("'", "''") + "'" for value in chosen.values),
    "glob": glob,
    "regex": _regex,
    "lucene": _lucene,
    "percentencode": lambda chosen: quote(glob(chosen), safe=""),
    "uriencode": lambda chosen: quote(glob(chosen), safe="!#$&'()*+,/:;=?@[]~"),
    "distributed": lambda chosen: f",{chosen.name}=".join(chosen.values),
}


def _dated(value: str, reference: Reference) -> str:
    """Return a built-in value; ``date`` formats a time in milliseconds."""
    name, _, form = reference.format.partition(":")
    if name != "date" or not value.isdigit():
        return value
    moment = datetime.fromtimestamp(int(value) / 1000, UTC)
    if form == "seconds":
        return str(int(value) // 1000)
    if form in ("", "iso"):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    return _moment(moment, form)


#: What moment.js calls the parts of a date, the longer names first.
_PARTS = (
    ("YYYY", "%Y"), ("YY", "%y"), ("MMMM", "%B"), ("MMM", "%b"), ("MM", "%m"), ("DD", "%d"), ("HH", "%H"), ("hh", "%I"),
    ("mm", "%M"), ("ss", "%S"), ("dddd", "%A"), ("ddd", "%a"), ("A", "%p"),
)  # fmt: skip


def _moment(moment: datetime, form: str) -> str:
    names = "|".join(name for name, _ in _PARTS)
    directives = dict(_PARTS)
    return re.sub(names, lambda found: moment.strftime(directives[found[0]]), form)
