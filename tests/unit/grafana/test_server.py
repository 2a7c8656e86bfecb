"""What kind of server it is, found out from what it serves."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import responses

from dashkit._http import Connection, Settings
from dashkit.errors import ServerError
from dashkit.grafana.once import once
from dashkit.grafana.save import Save, save
from dashkit.grafana.server import discover

URL = "http://grafana.test"


def serve(version: str, groups: dict[str, Any]) -> Connection:
    """Answer as a server of a version with some API groups: their versions, the preferred one first, or a status."""
    responses.get(f"{URL}/api/health", json={"version": version})
    responses.get(f"{URL}/api/frontend/settings", json={"namespace": "default"})
    for name in ("dashboard", "folder"):
        found = groups.get(name, 404)
        if isinstance(found, int):
            responses.get(f"{URL}/apis/{name}.grafana.app", status=found, json={"message": "no"})
        else:
            versions = [{"version": one} for one in found]
            body = {"versions": versions, "preferredVersion": versions[0]}
            responses.get(f"{URL}/apis/{name}.grafana.app", json=body)
    return Connection(Settings(URL))


@responses.activate
@pytest.mark.parametrize(
    ("version", "served", "apis", "writes"),
    [
        ("12.3.3", ["v1beta1", "v0alpha1", "v2beta1"], ("v0alpha1", "v1beta1"), "legacy"),
        ("13.0.0", ["v1", "v1beta1", "v0alpha1", "v2"], ("v1", "v1beta1", "v0alpha1"), "v1"),
        ("12.9.0", ["v1", "v0alpha1"], ("v1", "v0alpha1"), "v1"),
        ("13.1.0", ["v1beta1", "v0alpha1"], ("v1beta1", "v0alpha1"), "v1beta1"),
        ("12.0.0", ["v3"], (), ""),
    ],
)
def test_what_is_served_decides_and_not_the_number(
    version: str, served: list[str], apis: tuple[str, ...], writes: str
) -> None:
    found = discover(serve(version, {"dashboard": served, "folder": ["v1beta1"]}))
    assert (found.apis, found.api, found.writes) == (apis, apis[0] if apis else "", writes)


@responses.activate
def test_before_12_the_groups_are_not_asked_for() -> None:
    found = discover(serve("11.6.2", {}))
    assert (found.apis, found.writes) == ((), "legacy")
    assert len(responses.calls) == 1


@responses.activate
def test_a_12_that_hides_its_groups_is_never_written_to() -> None:
    connection = serve("12.3.3", {})
    found = discover(connection)
    asked = len(responses.calls)
    with pytest.raises(ServerError, match="does not show its API") as raised:
        save(connection, found, Save("a", {"title": "A"}, "", None, ""))
    assert "proxy" in raised.value.hint
    assert len(responses.calls) == asked


@responses.activate
def test_a_group_that_cannot_be_read_is_no_group_that_is_not_there() -> None:
    with pytest.raises(ServerError):
        discover(serve("12.3.3", {"dashboard": 500}))


def test_finding_out_about_one_server_waits_for_no_other() -> None:
    begun, answered = threading.Event(), threading.Event()

    class Server:
        asked = 0

        @once
        def version(self) -> str:
            self.asked += 1
            begun.set()
            assert answered.wait(30)
            return "12"

    slow, other = Server(), Server()
    threads = [threading.Thread(target=lambda: slow.version) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    begun.clear()
    third = threading.Thread(target=lambda: other.version)
    third.start()
    assert begun.wait(30)  # while the first still waits for its answer
    answered.set()
    for thread in (*threads, third):
        thread.join()
    assert (slow.asked, other.asked, slow.version) == (1, 1, "12")
