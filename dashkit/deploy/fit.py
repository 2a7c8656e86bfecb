"""Bring a dashboard of the v2 schema to the form that a server takes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dashkit.deploy.desired import Desired
from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.down import down
from dashkit.document.v2.down_variables import SWITCH_STAYS
from dashkit.document.v2.hoist import hoist
from dashkit.document.v2.losses import Loss
from dashkit.document.v2.older import without_switches
from dashkit.document.v2.up import up
from dashkit.model.live import LiveDashboard


@dataclass(frozen=True, slots=True)
class Takes:
    """What a server takes.

    Attributes:
        schema: the version of the v2 schema to write; empty if it takes only classic dashboards.
        scoped_variables: whether rows and tabs can have variables of their own.
    """

    schema: str = ""
    scoped_variables: bool = False


def fit(item: Desired, takes: Takes) -> Desired:
    """Return the dashboard as the server takes it, with what is lost on the way. A classic one stays as it is."""
    if not item.schema:
        return item
    spec, losses = (item.spec, ()) if takes.scoped_variables else hoist(item.spec)
    if takes.schema:
        spec = in_dialect(spec, of=item.schema, to=takes.schema)
        return replace(item, spec=spec, schema=takes.schema, lost=in_words(losses))
    lowered = down(spec)
    # A Grafana without the schema is older than 12, and older than switches.
    older = without_switches(lowered.classic)
    losses = (*losses, *(loss for loss in lowered.losses if older.left or loss.message != SWITCH_STAYS))
    losses += tuple(
        Loss("", f"variable {name!r}", "a switch becomes a choice of its two values") for name in older.names
    )
    canonical = normalise({**older.spec, "uid": item.uid}, Origin.PYTHON).spec
    classic = {key: value for key, value in canonical.items() if key != "uid"}
    return replace(item, spec=classic, schema="", lost=in_words(losses))


def as_stored(item: Desired, live: LiveDashboard | None) -> Desired:
    """Return a classic dashboard in the schema in which Grafana stores it by now: a push never brings it down."""
    if live is None or not live.schema or not live.spec or item.schema:
        return item
    return replace(item, spec=in_dialect(up(item.spec), to=live.schema), schema=live.schema)


def in_words(losses: Iterable[Loss]) -> tuple[str, ...]:
    """Return a sentence for each kind of loss: what becomes of it, and where."""
    found: dict[str, list[str]] = {}
    for loss in losses:
        places = found.setdefault(loss.message, [])
        places += [loss.what] if loss.what not in places else []
    return tuple(f"{', '.join(places)}: {message}" for message, places in found.items())
