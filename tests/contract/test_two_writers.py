"""Two who save the same dashboard at the same moment: no save is lost untold, on each server that dashkit knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from dashkit.deploy.apply import apply
from dashkit.errors import ConflictError
from dashkit.grafana.client import Grafana
from dashkit.model.item import Limits
from tests.contract.conftest import Rig

_ROUNDS = 12


def test_of_two_pushes_at_the_same_moment_no_save_is_lost_untold(rig: Rig) -> None:
    rig.push(rig.compiled("a"))
    servers = [Grafana(rig.connection), Grafana(rig.connection)]
    for number in range(_ROUNDS):
        wanted = [rig.compiled("a", expr=f"up == {number}", title=title) for title in ("One", "Two")]
        plans = [rig.plan(one) for one in wanted]
        together = Barrier(2)

        def push(place: int, plans=plans, together=together):  # type: ignore[no-untyped-def]
            together.wait()
            return apply((), plans[place].steps, servers[place], message=f"writer {place}").outcomes[0].error

        with ThreadPoolExecutor(2) as pool:
            errors = list(pool.map(push, (0, 1)))
        (live,) = rig.grafana.items("dashboards", Limits(keys=frozenset({rig.uid("a")})))
        # Whoever lost; or, where that one had looked before the other came over it, whoever stands.
        told = [isinstance(error, ConflictError) for error in errors]
        assert any(told), (number, errors, live.name)
        assert all(told[place] or errors[place] is None for place in (0, 1))
