"""The documentation as a whole: every link leads somewhere, and the site builds."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = [
    *(
        path
        for path in (
            ROOT / name for name in ("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", "dashboards/README.md")
        )
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S), re.M
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_or_heading(page: Path) -> None:
    dead = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            dead.append(link)
    assert dead == []


def test_no_page_of_the_site_links_out_of_it() -> None:
    out = {}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        links = [link for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))) if "://" not in link]
        away = [link for link in links if not (page.parent / link).resolve().is_relative_to(ROOT / "docs")]
        if away:
            out[page.name] = away
    assert out == {}


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    done = subprocess.run(
        [Path(sys.executable).parent / "zensical", "build", "--strict", "-f", tmp_path / "zensical.toml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {path.relative_to(tmp_path / "docs").with_suffix(".html") for path in (tmp_path / "docs").rglob("*.md")}
    assert {page for page in pages if not (tmp_path / "build/site" / page).exists()} == set()
    listed = set(re.findall(r'"([\w/-]+\.md)"', (ROOT / "zensical.toml").read_text(encoding="utf-8")))
    assert listed == {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}


def test_the_examples_for_contributors_name_files_that_exist_or_that_they_make() -> None:
    page = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
    made = {"dashkit/grafana/kinds/plugin_settings.py", "dashkit/sandbox/plugins.py", "dashkit/app/whoami.py"}
    made |= {"dashkit/cli/commands/whoami.py", "tests/cli/test_whoami.py"}
    named = set(re.findall(r"(?:dashkit|tests|docs|scripts)/[\w/.]+\.(?:py|yaml|md)", page))
    assert {name for name in named if not (ROOT / name).exists()} == made
    for block in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        ast.parse(block)
