"""What came of the edits of one dashboard, or one group of alert rules."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.absorb.told import ByHand
from dashkit.errors import DashkitError
from dashkit.quiet.threeway import Conflict


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What came of one dashboard, or one group of alert rules.

    Attributes:
        uid: of the dashboard; the name of a group.
        file: the module or file that makes it.
        edited: whether anybody edited it since the last push.
        by_hand: what stands in the way; nothing of this dashboard is written then.
        conflicts: what was changed on both sides, each in its own way.
    """

    uid: str
    title: str
    file: str
    edited: bool = True
    by_hand: tuple[ByHand, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    error: DashkitError | None = None
    kind: str = "dashboard"

    @property
    def taken(self) -> bool:
        """Whether its edits are in the files."""
        return self.edited and not (self.by_hand or self.conflicts or self.error)
