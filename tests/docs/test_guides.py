"""docs/guides.md against the guides and the command line."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from dashkit.cli.main import cli
from tests.conftest import ROOT

PAGE = (ROOT / "docs/guides.md").read_text(encoding="utf-8")
GUIDES = ROOT.parent / "shared" / "guides"
COMMANDS = sorted(set(re.findall(r"`(dashkit [^`]+)`", PAGE)))


@pytest.mark.skipif(not GUIDES.is_dir(), reason="the guides are not beside this checkout")
def test_each_script_of_the_guides_has_a_command_or_a_reason() -> None:
    named = {
        Path(script).stem
        for guide in sorted(GUIDES.glob("*.md"))
        for script in re.findall(r"\./scripts/[\w/-]+\.sh", guide.read_text(encoding="utf-8"))
    }
    assert len(named) > 70
    assert named - set(re.findall(r"`([\w-]+)`", PAGE)) == set()


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_page_exists_with_its_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            break
        command, words = found, words[1:]
    assert command is not cli
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= known


def test_the_page_names_no_dashboards_that_are_not_there() -> None:
    named = set(re.findall(r"`(dashboards/[a-z/]*)`", PAGE))
    assert len(named) > 3
    assert [name for name in sorted(named) if not (ROOT / name).is_dir()] == []
