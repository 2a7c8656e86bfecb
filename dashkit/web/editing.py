"""What pages know of the edits that people make in a Grafana, and what they may do with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashkit.app import offer
from dashkit.app.edited import edits
from dashkit.app.ports import Ports
from dashkit.errors import DashkitError, InputError
from dashkit.preview.pages import Failed
from dashkit.web.absorber import Absorber
from dashkit.web.edits import LiveEdits, Looked


class Editing(NamedTuple):
    """The edits in the Grafana of a context; without an ``absorber``, pages show them and write nothing."""

    edits: LiveEdits
    absorber: Absorber | None = None

    @property
    def token(self) -> str:
        """What a request that writes has to carry; empty if none may write."""
        return self.absorber.token if self.absorber else ""


def editing(context_name: str, ports: Callable[[], Ports], *, offered: bool) -> Editing:
    """Return what follows the edits, and what takes them into the source.

    Args:
        ports: opens the ports, also in another process.
        offered: whether pages may have them taken into the source. Only where nobody else can reach the server.
    """
    live = LiveEdits(partial(_looked, context_name, ports, offered=offered))
    if not offered:
        return Editing(live)
    make = partial(_offer, context_name, ports)
    return Editing(live, Absorber(make, lambda made: offer.accept(made, ports()), lambda: live.look(now=True)))


def edit_routes(given: Editing | None) -> list[Route]:
    """Return the routes that have edits looked for, shown as a patch, and written."""
    if given is None:
        return []

    async def look(_request: Request) -> Response:
        given.edits.look()
        return Response(status_code=204)

    absorber = given.absorber
    if absorber is None:
        return [Route("/edits", look)]

    async def propose(request: Request) -> Response:
        return HTMLResponse(await absorber.propose(request.path_params["uid"]))

    async def take(request: Request) -> Response:
        return HTMLResponse(await absorber.take(request.path_params["number"]))

    return [
        Route("/edits", look), Route("/absorb/{uid:path}", propose, methods=["POST"]),
        Route("/take/{number}", take, methods=["POST"]),
    ]  # fmt: skip


def _looked(context_name: str, ports: Callable[[], Ports], *, offered: bool) -> Looked:
    try:
        return Looked(edits(ports(), context_name, offered=offered))
    except InputError:  # a broken module, which the page names already
        return Looked()
    except DashkitError as error:
        return Looked(failure=Failed(error.where or context_name, error.message, error.hint))


def _offer(context_name: str, ports: Callable[[], Ports], uid: str) -> offer.Offer:
    return offer.offer(uid, context_name, ports())
