"""The call that makes a variable says what was given, and nothing that follows anyhow."""

from __future__ import annotations

import pytest

from dashkit import authoring
from dashkit.authoring.call import Call
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from dashkit.importer.settings import variables
from dashkit.quiet.canonical import said
from dashkit.quiet.panels import quiet


@pytest.mark.parametrize(
    "call",
    [
        Call("switch_variable", ("debug",), {"label": "Debugging", "description": "Shows more.", "hide": True}),
        Call("switch_variable", ("debug",), {"default": True}),
        Call("adhoc_variable", ("filters",), {"filters": {"job": "shop"}}),
        Call("adhoc_variable", (), {"label": "Own"}),
        Call("interval_variable", ("step", ["1m", "5m"]), {"auto": True}),
        Call("interval_variable", ("step", ["1m", "5m"]), {"default": "5m"}),
        Call("custom_variable", ("zone", ["a", "b"]), {"default": "b"}),
        Call("custom_variable", ("zone", ["a", "b"]), {"include_all": True}),
    ],
    ids=lambda call: f"{call.helper} {' '.join(call.keywords)}",
)
def test_a_variable_is_said_as_briefly_as_it_was_given(call: Call) -> None:
    made = authoring.new_dashboard("T", uid="t", panels=[], variables=[authoring.datasource_variable(), call.make()])
    spec = normalise(plain(made), Origin.GRAFANALIB).spec
    found = variables(said(quiet(spec)[0])["templating"]["list"])[1]
    assert isinstance(found, Call)
    assert (found.helper, dict(found.keywords)) == (call.helper, dict(call.keywords))
