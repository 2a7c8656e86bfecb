"""What of the source was edited in a Grafana since the last push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashkit.app.connect import Connected, adjustments_of, require_organisation
from dashkit.app.ports import Ports
from dashkit.deploy.desired import Adjustments, Desired, desired
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import DashboardStep
from dashkit.model.dashboard import CompiledDashboard


@dataclass(frozen=True, slots=True)
class Compared:
    """Dashboards of the source compared with a server.

    Attributes:
        known: the uids of all dashboards of the project.
        steps: what a push would do, with the drift of each that was edited.
    """

    adjustments: Adjustments
    known: frozenset[str]
    takes: Takes
    steps: tuple[DashboardStep, ...]

    def desired(self, dashboard: CompiledDashboard) -> Desired:
        """Return a dashboard as a push would store it."""
        (item,) = desired([dashboard], self.adjustments, self.known)
        return fit(item, self.takes)


def compared(
    found: Connected, chosen: Sequence[CompiledDashboard], everything: Sequence[CompiledDashboard], ports: Ports
) -> Compared:
    """Compare some dashboards of the source with the server, and with what was pushed last. Nothing is written.

    Raises:
        ServerError: the server cannot be read.
    """
    require_organisation(found.context, found.server)
    adjustments = adjustments_of(ports.project, found.context)
    takes = Takes(found.server.v2, found.server.scoped_variables)
    known = frozenset(one.uid for one in everything)
    items = [fit(item, takes) for item in desired(chosen, adjustments, known)]
    plan = make_plan(items, found.server, Policy("refuse"), owner_tag=adjustments.tag, orphans=False)
    return Compared(adjustments, known, takes, plan.steps)
