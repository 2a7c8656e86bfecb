"""Used and unused metrics as text, JSON values and relabelling rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dashkit.metrics.used import Unused, Use, drop_rules
from dashkit.model.words import counted
from dashkit.report.problems import safe
from dashkit.report.style import Style, plain

if TYPE_CHECKING:
    from dashkit.metrics.used import Unread

UNSEEN = "queries in Explore, adapters, federation and readers of remote write are not seen here"
_SHOWN = 3


def used_text(
    uses: tuple[Use, ...], unread: tuple[Unread, ...], found: Unused | None, *, verbose: bool, style: Style = plain
) -> Iterator[str]:
    """Yield the metrics with what reads them; with a server's series, those that nothing reads, largest first."""
    by_name: dict[tuple[str, bool], list[Use]] = defaultdict(list)
    for use in uses:
        by_name[use.name, use.pattern].append(use)
    if found is None or verbose:
        for (name, pattern), entries in by_name.items():
            places = [entry.where for entry in entries]
            more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN and not verbose else ""
            shown = places if verbose else places[:_SHOWN]
            yield f"{style(f'/{name}/' if pattern else name, 'bold')}  {safe('; '.join(shown))}{more}"
    if found is not None:
        for title, names in (("nothing reads", found.unused), ("only a pattern may read", found.maybe)):
            for name, count in sorted(names.items(), key=lambda entry: (-entry[1], entry[0])):
                yield f"{count:>9,}  {style(name, 'bold')}  {style(title, 'dim')}"
    for entry in unread:
        yield f"{style('not read', 'yellow')}  {entry.source}, {safe(entry.where)}: {safe(entry.why)}"


def summary_text(uses: tuple[Use, ...], unread: tuple[Unread, ...], found: Unused | None) -> Iterator[str]:
    """Yield the totals, and what is not seen."""
    names = {use.name for use in uses if not use.pattern}
    patterns = {use.name for use in uses if use.pattern}
    text = f"{counted(len(names), 'metric')} used" + (f", and {counted(len(patterns), 'pattern')}" if patterns else "")
    yield text + (f"; {len(unread)} not read" if unread else "")
    if found is not None:
        share = found.unused_series / found.series if found.series else 0
        yield (
            f"nothing reads {counted(len(found.unused), 'metric')} with {found.unused_series:,} of {found.series:,} series "
            f"({share:.1%})"
            + (f"; {counted(len(found.maybe), 'metric')} may be read by a pattern" if found.maybe else "")
        )
        for use in found.everything:
            yield f"{use.source}, {safe(use.where)} reads every metric, whatever its name; it does not count as a reader"
        yield UNSEEN


def used_data(
    uses: tuple[Use, ...], unread: tuple[Unread, ...], sources: tuple[str, ...], found: Unused | None
) -> dict[str, Any]:
    """Return the same as JSON values."""
    data: dict[str, Any] = {
        "sources": list(sources),
        "uses": [
            {"metric": use.name, "pattern": use.pattern, "where": use.where, "source": use.source} for use in uses
        ],
        "unread": [{"where": entry.where, "source": entry.source, "why": entry.why} for entry in unread],
    }
    if found is not None:
        data["unused"] = dict(found.unused)
        data["maybe"] = dict(found.maybe)
        data["series"] = {"all": found.series, "unused": found.unused_series}
        data["unseen"] = UNSEEN
    return data


def relabel_yaml(found: Unused) -> str:
    """Return ``metric_relabel_configs`` that drop what nothing reads, with what to think of before."""
    import yaml

    rules = drop_rules(found.unused)
    head = f"# For a scrape configuration. They drop {found.unused_series:,} of {found.series:,} series; {UNSEEN}.\n"
    return head + yaml.safe_dump({"metric_relabel_configs": rules}, sort_keys=False, width=10_000)
