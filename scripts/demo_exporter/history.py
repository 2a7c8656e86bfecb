"""The past of every series as OpenMetrics text, for ``promtool tsdb create-blocks-from openmetrics``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dashkit.metrics.catalogue import Catalogue
from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.incidents import Incident
from scripts.demo_exporter.model import Series, all_series
from scripts.demo_exporter.serve import down

HOUR = 3600.0


def moments(
    end: float, *, scraped_hours: float = 0, interval: int = 15, fine_hours: float = 3, hours: float = 26
) -> list[int]:
    """When to have samples: the last hours as a scrape would, some more each minute, and a day each ten minutes.

    Besides, an hour yesterday and one a week ago, to compare with. A view of an hour needs samples at the scrape interval: with
    fewer, ``$__rate_interval`` is too short for two of them, and lines become dots.
    """
    past = [end - days * 24 * HOUR for days in (7, 1)]
    spans = [(then - HOUR, then + 300, 60) for then in past]
    ends = [(end - hours * HOUR, 600), (end - fine_hours * HOUR, 60), (end - scraped_hours * HOUR, interval), (end, 0)]
    spans += [(start, stop, step) for (start, step), (stop, _) in pairwise(ends)]
    return sorted({t for start, stop, step in spans for t in range(int(start) // step * step, int(stop), step)})


def openmetrics(
    catalogues: Sequence[Catalogue],
    start: float,
    times: Sequence[int],
    incidents: Iterable[tuple[Incident, Windows]] = (),
) -> Iterator[str]:
    """Lines of the text: each family with its type, each series in order of time."""
    known = list(incidents)
    families: dict[str, list[Series]] = defaultdict(list)
    for entry in all_series(catalogues, start, known):
        families[entry.metric.name].append(entry)
    outages = {(entry.target.job, entry.target.instance): down(entry.target, known) for entry in families["up"]}
    for name, members in sorted(families.items()):
        kind = members[0].metric.kind
        counts = kind == "counter" and name.endswith("_total")
        family = name.removesuffix("_total") if counts else name
        yield f"# TYPE {family} {kind if counts or kind in ('gauge', 'histogram') else 'unknown'}\n"
        for entry in members:
            added = entry.target.added
            lines: dict[str, list[str]] = defaultdict(list)
            for t in times:
                off = any(windows.on(t) for windows in outages[entry.target.job, entry.target.instance])
                if off and name != "up":
                    continue
                for sample, labels, value in entry.samples(t):
                    key = f"{sample}{{{_text({**labels, **added})}}}"
                    lines[key].append(f"{key} {0 if off else value:.10g} {t}\n")
            for line in lines.values():
                yield from line
    yield "# EOF\n"


def _text(labels: dict[str, str]) -> str:
    return ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
