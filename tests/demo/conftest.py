"""One Prometheus for all tests of the demo's data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.prometheus import prometheus
from tests.support.rules import rule_files


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that scrapes the catalogued metrics and evaluates the project's rules."""
    folder = Path(tmp_path_factory.mktemp("prometheus"))
    with prometheus(folder, rule_files(folder)) as url:
        yield url
