"""Servers that hold something, for the tests of commands."""

from __future__ import annotations

import pytest

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Project
from tests.support.alerting import write_shop
from tests.support.archived import connection
from tests.support.filled import add_v2, fill, share


@pytest.fixture
def filled(each_sandbox: RunningSandbox) -> RunningSandbox:
    """A server of each version that holds one and more of each kind."""
    modern = each_sandbox.sandbox.flavour.modern
    fill(connection(each_sandbox), modern=modern)
    share(connection(each_sandbox), modern=modern)
    if each_sandbox.sandbox.flavour.resources:
        add_v2(connection(each_sandbox), "default")
    return each_sandbox


@pytest.fixture
def server(sandbox: RunningSandbox) -> RunningSandbox:
    """One of 12, filled."""
    fill(connection(sandbox), modern=True)
    return sandbox


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with an alert, a recording rule and routing."""
    return write_shop(project)
