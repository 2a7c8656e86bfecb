"""The pages' way to edits in a Grafana: who may have them written, what is written, and what a page says."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.told import ByHand
from dashkit.app.absorb import Change
from dashkit.app.offer import Offer
from dashkit.errors import InputError, ServerError
from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Edits
from dashkit.quiet.merge import Conflict
from dashkit.web import edits
from dashkit.web.absorber import Absorber
from dashkit.web.app import preview_app
from dashkit.web.editing import Editing
from dashkit.web.edits import LiveEdits, Looked
from tests.support.loop import run
from tests.support.pages import Boards, csv_panel, dashboard, served

CSV = "time,api\n1700000000000,1\n1700000060000,2"
FILE = Change("dashboards/shop.py", b'unit="s"\n', b'unit="<ms>"\n')
EDITS = Edits(
    "edited in the UI by ann", (("~", "panel 'A panel' unit: s -> <ms>"),), {1: (("~", "unit"),)}, "dashkit absorb made"
)
LEFT = ByHand("panel 'Errors': unit", "dashboards/shop.py:3", "panel(unit)", 'unit="<s>"', "this code makes 4 panels")


def offered(uid: str) -> Offer:
    """Make an offer in another process."""
    if uid == "dead":
        os._exit(3)
    if uid == "odd":
        raise ValueError("an odd document")
    if uid == "down":
        return Offer(uid, "lab", error=ServerError("cannot connect", where="http://g", hint="is it running?"))
    result = Absorbed(uid, "Shop", FILE.path)
    if uid == "left":
        both = Conflict("panel 'Up': unit", "s", None, "ms")
        return Offer(uid, "lab", (Absorbed(uid, "Shop", FILE.path, by_hand=(LEFT,), conflicts=(both,)),))
    dirty = (FILE.path,) if uid == "dirty" else ()
    return Offer(uid, "lab", (result,), (FILE,), dirty, "team/", "Change 1 file?")


def nothing() -> Looked:
    return Looked({})


class Written:
    """What was written, instead of files."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.told = 0

    def accept(self, made: Offer) -> None:
        if made.uid == "late":
            raise InputError("has changed since it was read; nothing was written", where=FILE.path, hint="run it again")
        self.offers.append(made)

    def tell(self) -> None:
        self.told += 1


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def absorber(written: Written) -> Absorber:
    return Absorber(offered, written.accept, written.tell)


@pytest.fixture
def boards() -> Boards:
    return Boards(dashboard("made", csv_panel(CSV)))


@pytest.fixture
def address(boards: Boards, absorber: Absorber) -> Iterator[str]:
    with served(boards, editing=Editing(LiveEdits(nothing), absorber)) as found:
        yield found


class Page:
    """What a page of the preview does."""

    def __init__(self, address: str) -> None:
        self.address = address
        found = re.search(r'id="edits">(.*?)</script>', requests.get(f"{address}/d/made", timeout=10).text)
        assert found
        self.headers = {"Origin": address, "X-Dashkit-Token": json.loads(found[1])["token"]}

    def post(self, path: str, **headers: str | None) -> requests.Response:
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(f"{self.address}{path}", headers={**self.headers, **changed}, timeout=60)

    def offer(self, uid: str) -> str:
        """Return the address that takes what is offered."""
        found = re.search(r'data-offer="(.*?)"', self.post(f"/absorb/{uid}").text)
        assert found
        return f"/take/{found[1]}"


def test_what_is_shown_is_what_is_written_and_only_once(address: str, written: Written) -> None:
    page = Page(address)
    shown = page.post("/absorb/made").text
    assert "--- a/team/dashboards/shop.py" in shown
    assert "+unit=&#34;&lt;ms&gt;&#34;" in shown
    assert ">Change 1 file</button>" in shown
    assert written.offers == []
    take = page.offer("made")
    assert "Wrote dashboards/shop.py" in page.post(take).text
    assert "nothing was written" in page.post(take).text
    assert [one.files for one in written.offers] == [(FILE,)]
    assert written.told == 1


def test_a_new_offer_takes_the_place_of_the_one_before(address: str, written: Written) -> None:
    page = Page(address)
    first, second = page.offer("made"), page.offer("shop%2Feu")
    assert "nothing was written" in page.post(first).text
    assert "nothing was written" in page.post(second).text
    assert "Wrote" in page.post(page.offer("shop%2Feu")).text
    assert [one.uid for one in written.offers] == ["shop/eu"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Dashkit_Token": None}, {"X_Dashkit_Token": ""}, {"X_Dashkit_Token": "guessed"}, {"X_Dashkit_Token": "ü"},
        {"Origin": None}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)  # fmt: skip
def test_only_a_page_of_this_run_has_anything_written(address: str, written: Written, headers: dict[str, str]) -> None:
    page = Page(address)
    take = page.offer("made")
    for path in (take, "/absorb/made"):
        answer = page.post(
            path, **{name: value and value.encode().decode("latin-1") for name, value in headers.items()}
        )
        assert answer.status_code in (403, 421)
    assert written.offers == []
    assert "Wrote" in page.post(take).text  # the offer stands for those who may


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_nothing_is_written_by_another_method(address: str, written: Written, method: str) -> None:
    page = Page(address)
    answer = requests.request(method, f"{address}{page.offer('made')}", headers=page.headers, timeout=10)
    assert answer.status_code == 405
    assert written.offers == []


@pytest.mark.parametrize(("server", "status"), [("192.0.2.7", 403), ("", 403), ("127.0.0.1", 200), ("::1", 200)])
def test_a_request_that_came_over_a_network_writes_nothing(
    boards: Boards, absorber: Absorber, written: Written, server: str, status: int
) -> None:
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        answers.append(message)

    async def steps() -> None:
        made = await absorber.propose("made")
        number = re.search(r'data-offer="(.*?)"', made)
        assert number
        headers = {"host": "localhost:8042", "origin": "http://localhost:8042", "x-dashkit-token": absorber.token}
        scope = {
            "type": "http", "method": "POST", "path": f"/take/{number[1]}", "query_string": b"", "server": (server, 8042),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        app = preview_app(boards, lambda: Sample(()), editing=Editing(LiveEdits(nothing), absorber))
        await app(scope, receive, send)  # type: ignore[arg-type]

    run(steps())
    assert answers[0]["status"] == status
    assert len(written.offers) == (status == 200)


def test_where_others_can_reach_the_server_pages_show_edits_and_write_nothing(boards: Boards) -> None:
    boards.edits["made"] = EDITS
    with served(boards, token="right", editing=Editing(LiveEdits(nothing))) as address:
        session = requests.Session()
        page = session.get(f"{address}/d/made?token=right", timeout=10).text
        assert 'id="edits">{"token": ""}</script>' in page
        assert "<dialog" not in page
        frame = session.get(f"{address}/view/made", timeout=10).text
        assert "<code>dashkit absorb made</code>" in frame
        assert "Absorb…" not in frame
        assert session.get(f"{address}/edits", timeout=10).status_code == 204
        headers = {"Origin": address, "X-Dashkit-Token": ""}
        for path in ("/absorb/made", "/take/x"):
            assert session.post(f"{address}{path}", headers=headers, timeout=10).status_code == 405


def test_without_a_grafana_pages_ask_for_no_edits(boards: Boards) -> None:
    with served(boards) as address:
        for path in ("/", "/d/made"):
            assert "edits" not in requests.get(f"{address}{path}", timeout=10).text
        assert requests.get(f"{address}/edits", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("uid", "said"),
    [
        ("dead", "a module ended the process that loaded it"), ("odd", "ValueError: an odd document"),
        ("down", "<code>http://g</code> cannot connect"), ("dirty", "it has changes that are not committed"),
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_made_says_why_and_has_no_button(address: str, uid: str, said: str) -> None:
    shown = Page(address).post(f"/absorb/{uid}").text
    assert said in shown
    assert "<button" not in shown


def test_what_a_person_has_to_change_is_told_with_its_place(address: str) -> None:
    shown = Page(address).post("/absorb/left").text
    assert "panel &#39;Errors&#39;: unit: this code makes 4 panels" in shown
    assert "<b>dashboards/shop.py:3</b> <code>panel(unit)</code>" in shown
    assert "<b>wanted</b> <code>unit=&#34;&lt;s&gt;&#34;</code>" in shown
    assert "<b>source</b> <code>nothing</code>" in shown
    assert "<button" not in shown


def test_a_file_that_was_saved_meanwhile_is_named(address: str, written: Written) -> None:
    page = Page(address)
    answer = page.post(page.offer("late")).text
    assert "<code>dashboards/shop.py</code> has changed since it was read" in answer
    assert (written.offers, written.told) == ([], 0)


def test_edits_stand_above_a_dashboard_beside_its_panel_and_in_the_index(boards: Boards, address: str) -> None:
    boards.edits["made"] = EDITS
    assert 'title="edited in the UI by ann">edited in Grafana</span>' in requests.get(address, timeout=10).text
    frame = json.loads(requests.get(f"{address}/view/made", timeout=10).text.splitlines()[0])["html"]
    assert "Edited in the UI by ann" in frame
    assert "unit: s -&gt; &lt;ms&gt;" in frame
    assert frame.count('aria-label="Edited in Grafana"') == 1


class Looks:
    """Jobs for `LiveEdits`, in this process: what each look finds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *found: Looked | Exception) -> None:
        self.left = list(found)
        monkeypatch.setattr(edits, "in_new_process", lambda job, patience, stop: job())

    def __call__(self) -> Looked:
        found = self.left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


def test_what_cannot_be_read_now_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    down = Failed("http://g", "cannot connect")
    looks = Looks(
        monkeypatch, Looked({"made": EDITS}), Looked(failure=down), EOFError(), TimeoutError(), Looked(), Looked({})
    )

    async def steps() -> None:
        live = LiveEdits(looks)
        for failed in ("", "cannot connect", "a module ended", "takes longer", ""):
            await live.read()
            assert live.of("made") is EDITS
            assert failed in (live.failure.message if live.failure else "")
            assert bool(live.failure) == bool(failed)
        await live.read()
        assert live.of("made") is None

    run(steps())


def test_many_wishes_are_one_look_and_only_what_is_different_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(monkeypatch, Looked({"made": EDITS}), Looked({"made": EDITS}), Looked({}))

    async def steps() -> None:
        live, told = LiveEdits(looks), []
        task = asyncio.create_task(live.follow(lambda: told.append(len(looks.left))))
        for left in (2, 1, 0):
            for _ in range(5):
                live.look(now=True)
            while len(looks.left) > left:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            assert len(looks.left) == left
        task.cancel()
        assert told == [2, 0]

    run(steps())


def test_pages_that_ask_again_soon_wait_and_a_write_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(monkeypatch, Looked({}), Looked({"made": EDITS}))

    async def steps() -> None:
        live, told = LiveEdits(looks), asyncio.Event()
        task = asyncio.create_task(live.follow(told.set))
        live.look()
        while len(looks.left) > 1:
            await asyncio.sleep(0.01)
        live.look()
        await asyncio.sleep(0.2)
        assert len(looks.left) == 1
        live.look(now=True)
        await asyncio.wait_for(told.wait(), 10)
        task.cancel()

    run(steps())


def test_scripts_of_the_pages_are_served(address: str) -> None:
    answer = requests.get(f"{address}/static/edits.js", timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
