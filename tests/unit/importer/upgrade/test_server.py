"""What the server of a real Grafana 12.4.3 migrates is the judge of how schemas are brought up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.document.schema_steps import CURRENT
from dashkit.importer.upgrade import upgrade
from dashkit.importer.upgrade.server import as_served
from dashkit.quiet.canonical import canonical
from tests.conftest import SHARED
from tests.support.differences import differences, not_accepted

CORPUS, MIGRATED = SHARED / "corpus", SHARED / "conversions" / "classic-migrated"
NAMES = sorted(path.name for path in MIGRATED.glob("*.json")) if MIGRATED.is_dir() else []

pytestmark = pytest.mark.skipif(not NAMES, reason="what a real Grafana migrates is not beside the project")

_NORMALISED = "the compiler writes it in its one form afterwards"
_OF_THE_FILE = "it belongs to a file or to one server, and the compiler drops it afterwards"
_SHOWN = "nothing reads it since Grafana 5"
#: Paths where our document differs from the server's, before it is compiled, and why that is right.
DIFFERENCES = {
    "/__inputs": _OF_THE_FILE,
    "/__requires": _OF_THE_FILE,
    "/id": _OF_THE_FILE,
    "/version": _OF_THE_FILE,
    "/iteration": _OF_THE_FILE,
    "/uid": "the server has it in the resource around the document",
    "/annotations": "the compiler adds the built-in annotation afterwards",
    "/annotations/list": "the compiler adds the built-in annotation afterwards",
    "/**/datasource": _NORMALISED,
    "/fiscalYearStartMonth": "the compiler fills in the defaults of a dashboard afterwards",
    "/weekStart": "the compiler fills in the defaults of a dashboard afterwards",
    "/links": "the compiler fills in the defaults of a dashboard afterwards",
    "/hideControls": _SHOWN,
    "/style": _SHOWN,
    "/rows": "the server leaves an empty list where there were no rows",
    "/panels/*/fieldConfig/defaults/custom": "settings of a kind that there are none of say nothing",
    "/panels/*/targets": "a row has no queries",
    "/panels/*/panels": "the server leaves out an empty list of panels in a row",
    "/panels/*/panels/*/targets/*/refId": "the server names queries in rows only when it saves them",
    "/panels/*/title": "the server leaves out an empty title",
    "/panels/*/transparent": "the server leaves out what is the default",
    "/templating/list/*/options": "the compiler fills in what a browser would",
    "/templating/list/*/tags": "tags of variables are gone since Grafana 8",
}


def original(name: str) -> dict[str, Any]:
    return dict(json.loads((CORPUS / name).read_bytes()))


def migrated(name: str) -> dict[str, Any]:
    return dict(json.loads((MIGRATED / name).read_bytes()))


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Return what differs and is not accepted, by name, and the rows of the table that were needed."""
    used: set[str] = set()
    rest = {
        name: not_accepted(differences(as_served(original(name))[0], migrated(name)), DIFFERENCES, used)
        for name in NAMES
    }
    return {"rest": {name: one for name, one in rest.items() if one}, "used": used}


def test_all_old_dashboards_are_judged() -> None:
    old = [path.name for path in sorted(CORPUS.glob("*.json")) if original(path.name)["schemaVersion"] < 36]
    assert old == NAMES
    assert len(NAMES) == 38


def test_schemas_are_brought_up_as_the_server_does_it(found: dict[str, Any]) -> None:
    assert found["rest"] == {}


def test_each_accepted_difference_is_there(found: dict[str, Any]) -> None:
    assert set(DIFFERENCES) - found["used"] == set()


@pytest.mark.parametrize("name", NAMES)
def test_what_the_server_migrated_is_upgraded_to_the_same(name: str) -> None:
    """Whoever opens an old dashboard in Grafana first and imports it then has the same module."""
    # The server drops what only an export has, and keeps the uid elsewhere.
    more = {key: value for key, value in original(name).items() if key in ("uid", "__inputs")}
    first = upgrade(compile_document(original(name), Origin.FILE, {}).spec).spec
    then = upgrade(compile_document({**migrated(name), **more}, Origin.FILE, {}).spec).spec
    assert first["schemaVersion"] == then["schemaVersion"] == CURRENT
    assert canonical(first) == canonical(then)
