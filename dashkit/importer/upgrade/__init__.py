"""Bring a dashboard of any age to what one makes today, for `dashkit import --upgrade`."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashkit.authoring.paths import Json, copied
from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.importer.upgrade.alert_blocks import AlertBlocks, alert_blocks
from dashkit.importer.upgrade.panels import modern_panels
from dashkit.importer.upgrade.rates import adaptive_rates
from dashkit.importer.upgrade.regions import regions_as_annotations
from dashkit.importer.upgrade.server import as_served
from dashkit.importer.upgrade.texts import modern_references


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A dashboard of today's schema, without panels of kinds that are gone.

    Attributes:
        spec: the document, in canonical form.
        modernised: what is said in another way now, a line for each kind of change.
        lost: what today's Grafana has no counterpart for, in the same form.
        alerts: the rules that alert blocks of panels became.
    """

    spec: Json
    modernised: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    alerts: AlertBlocks = field(default_factory=AlertBlocks)


def upgrade(spec: Json) -> Upgraded:
    """Return a classic document as one makes it today. The document itself stays as it is; of one of today, nothing changes.

    Args:
        spec: a document as `compile_document` returns it: of an old schema, or in canonical form.

    Raises:
        SpecError: the document is none of a dashboard.
    """
    served, of_schema = as_served(copied(spec))
    blocks = alert_blocks(served)
    of_regions = regions_as_annotations(served)
    shown, of_panels, lost = modern_panels(served)
    written, of_texts = modern_references(shown)
    compiled = compile_document(written, Origin.FILE, {})
    of_rates = adaptive_rates(compiled.spec)
    done = (*of_schema, *of_panels, *of_regions, *of_texts, *of_rates, *compiled.notes)
    return Upgraded(compiled.spec, done, (*lost, *blocks.lost), blocks)
