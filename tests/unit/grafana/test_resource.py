"""What a resource says of the stored document."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.grafana.resource import Stored, stored

CLASSIC, V2 = {"title": "Classic", "panels": []}, {"title": "Now v2", "elements": {}}


def converted(version: str, *, failed: bool = False, source: Any = None, generation: int = 2) -> dict[str, Any]:
    found: dict[str, Any] = {"failed": failed, "storedVersion": version}
    if source is not None:
        found["source"] = {"metadata": {"generation": generation}, "spec": source}
    return {"conversion": found}


@pytest.mark.parametrize(
    ("spec", "status", "found"),
    [
        (CLASSIC, {}, Stored("", CLASSIC)),
        (CLASSIC, converted("v1beta1"), Stored("", CLASSIC)),
        (None, converted("v2beta1", failed=True, source=V2), Stored("v2beta1", V2)),
        (None, converted("v2beta1", failed=True), Stored("v2beta1", None)),
        ({"title": "lossy"}, converted("v2"), Stored("v2", None)),
        (None, converted("v0alpha1", failed=True, source=CLASSIC), Stored("", CLASSIC)),
        (None, converted("v0alpha1", failed=True), Stored("v0alpha1", None)),
        (None, {}, Stored("unknown", None)),
        # Left over from an earlier version, which was v2.
        (CLASSIC, converted("v2beta1", failed=True, source=V2, generation=1), Stored("", CLASSIC)),
    ],
)
def test_a_failed_or_lossy_conversion_is_never_content(spec: Any, status: dict[str, Any], found: Stored) -> None:
    assert stored({"metadata": {"generation": 2}, "spec": spec, "status": status}) == found
