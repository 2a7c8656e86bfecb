"""Which versions a plan asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dashkit.deploy.dashboard_plan import digest_of
from dashkit.deploy.desired import Desired
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import Action
from dashkit.model.dashboard import Location
from dashkit.model.live import LiveDashboard, LiveFolder, Proof, Version
from dashkit.model.marker import Marker
from tests.support.plan_target import TAG

SPEC: dict[str, Any] = {"title": "T", "tags": [TAG], "panels": []}


def item(**spec: Any) -> Desired:
    return Desired("a", "T", (), {**SPEC, **spec}, Location("a.py", 1), "a")


PUSHED = Marker("a", digest_of(item(), ""), gen=3).message("text")
LIVE = LiveDashboard("a", "T", "", SPEC, 3, (TAG,), message=PUSHED)


class Readable:
    """A server in unified storage with one dashboard, which was pushed, and perhaps saved by others since."""

    nested_folders = True

    def __init__(self, live: LiveDashboard) -> None:
        self.live, self.asked = live, 0

    def folders(self) -> list[LiveFolder]:
        return []

    def read(self, uids: frozenset[str], tag: str, proven: Proof) -> Iterator[LiveDashboard]:
        yield self.live

    def people(self, savers: frozenset[str]) -> frozenset[str]:
        return savers

    def versions(self, uid: str, limit: int = 20) -> list[Version]:
        self.asked += 1
        edit = Version(self.live.version, self.live.message or "", "", "jo", self.live.spec, self.live.folder_uid)
        return [edit, Version(3, PUSHED, "", "ci", SPEC, "")] if self.live != LIVE else [edit]


def planned(live: LiveDashboard) -> tuple[Action, int]:
    server = Readable(live)
    (step,) = make_plan([item(description="new")], server, Policy(), owner_tag=TAG, orphans=False).steps  # type: ignore[arg-type]
    return step.action, server.asked


def test_a_document_that_its_own_message_names_is_written_over_without_its_versions() -> None:
    assert planned(LIVE) == (Action.UPDATE, 0)


@pytest.mark.parametrize(
    "edited",
    [
        # A client that changes a document and sends the message back as it was.
        replace(LIVE, version=4, spec={**SPEC, "title": "By hand"}),
        replace(LIVE, version=4, folder_uid="moved"),
        replace(LIVE, version=4, spec={**SPEC, "title": "By hand"}, message=""),
        replace(LIVE, version=4, spec={**SPEC, "title": "By hand"}, message=PUSHED.replace("uid=a", "uid=copied")),
    ],
    ids=["content", "folder", "no message", "a copy"],
)
def test_anything_else_is_looked_up_and_left_alone(edited: LiveDashboard) -> None:
    assert planned(edited) == (Action.REFUSE, 1)
