"""Record what dashkit makes of this project, to compare before and after a change that must not change it.

    git worktree add /tmp/before main
    scripts/pin --tree /tmp/before /tmp/pins/before && scripts/pin /tmp/pins/after
    diff -r /tmp/pins/before /tmp/pins/after

Written are the compiled dashboards and rule files with their digests, what some forty commands print and return on a sandbox
of each version, the version messages that pushes leave, and the members of archives. Times, ports and names that follow from the
clock are replaced by words.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

ROOT = Path(__file__).resolve().parent.parent
LOGIN = ("admin", "admin")
UNSTABLE = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "<TIME>"),
    (re.compile(r"\d{8}[Tt]\d{6}[Zz](-[0-9a-f]{4}\b)?(~[0-9a-f]+)?"), "<STAMP>"),
    (re.compile(r"\d+(\.\d+)? (B|kB|MB) in \d+\.\d s"), "<SIZE> in <SECONDS>"),
    (re.compile(r'"(age|size|created_at|time|timeEnd)": \d+'), r'"\1": 0'),
    (re.compile(r" +\d+(\.\d+)? [kM]?B  just now"), " <SIZE>  just now"),
    (re.compile(r"/\S*/work/project"), "<PROJECT>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://SANDBOX"),
    (re.compile(r"\b(last saved|edited in the UI) by (\w+) on \d{4}-\d\d-\d\d( \d\d:\d\d)?"), r"\1 by \2 on <TIME>"),
)
CHANGED = "shop-service-overview"
#: Commands in the order in which they are run, by name; a word that begins with `!` is done behind dashkit's back.
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("build", ("build", "--format", "json")),
    ("build-only", ("build", "--only", CHANGED, "--output", "-")),
    ("rules-build", ("rules", "build", "--format", "json")),
    ("check", ("check", "--format", "json", "--min-severity", "info")),
    ("check-part", ("check", "--format", "json", "dashboards/operations")),
    ("explain", ("explain", "--format", "json")),
    ("explain-one", ("explain", "DK317", "--format", "json")),
    ("context-list", ("context", "list", "--format", "json")),
    ("context-show", ("context", "show", "--format", "json")),
    ("context-check", ("context", "check", "--format", "json")),
    ("diff", ("diff", "--format", "json")),
    ("diff-markdown", ("diff", "--format", "markdown")),
    ("rules-diff", ("rules", "diff", "--format", "json")),
    ("push-dry-run", ("push", "--dry-run", "--format", "json")),
    ("push-part", ("push", "--only", "dashboards/executive", "--format", "json")),
    ("push", ("push", "--format", "json", "--message", "First")),
    ("push-again", ("push", "--format", "json")),
    ("push-again-text", ("push", "-v")),
    ("edit", ("!edit", CHANGED)),
    ("diff-edited", ("diff", "--format", "json")),
    ("diff-edited-text", ("diff", "--full")),
    ("push-refused", ("push", "--format", "json")),
    ("push-skipped", ("push", "--on-drift", "skip", "--format", "json")),
    ("push-overwrites", ("push", "--on-drift", "overwrite", "--format", "json")),
    ("rollback-list", ("rollback", "--list", "--format", "json")),
    ("rollback-dry-run", ("rollback", "--dry-run", "--format", "json")),
    ("rollback", ("rollback", "--yes", "--format", "json")),
    ("push-adopts", ("push", "--on-drift", "overwrite", "--adopt", "--format", "json")),
    ("rule-edit", ("!rule",)),
    ("rules-diff-edited", ("rules", "diff", "--format", "json")),
    ("rules-push-refused", ("rules", "push", "--format", "json")),
    ("rules-push", ("rules", "push", "--on-drift", "overwrite", "--format", "json")),
    ("prune-dry-run", ("push", "--no-check", "--prune", "--dry-run", "--format", "json", "--config", "smaller.yaml")),
    ("prune-refused", ("push", "--no-check", "--prune", "--format", "json", "--config", "smaller.yaml")),
    (
        "prune",
        (
            "push",
            "--no-check",
            "--prune",
            "--yes",
            "--max-delete",
            "200",
            "--format",
            "json",
            "--config",
            "smaller.yaml",
        ),
    ),
    ("rollback-prune", ("rollback", "--yes", "--format", "json")),
    ("pull", ("pull", "--all", "--to", "pulled", "--format", "json", "--force")),
    ("backup", ("backup",)),
    ("archive-list", ("archive", "list", "--format", "json")),
    ("archive-show", ("archive", "show", "latest", "--format", "json")),
    ("archive-verify", ("archive", "verify", "latest", "--format", "json")),
    ("archive-extract", ("archive", "extract", "latest", "--spec", "-o", "extracted")),
    ("delete", ("!delete", "Operations")),
    ("archive-diff", ("archive", "diff", "latest", "--format", "json")),
    ("restore-dry-run", ("restore", "latest", "--dry-run", "--format", "json")),
    ("restore-text", ("restore", "latest", "--dry-run")),
    ("restore", ("restore", "latest", "--yes", "--format", "json")),
    ("restore-again", ("restore", "latest", "--yes", "--format", "json")),
    ("edit-again", ("!edit", CHANGED)),
    ("restore-conflict", ("restore", "latest", "--yes", "--format", "json")),
    ("restore-overwrites", ("restore", "latest", "--yes", "--on-conflict", "overwrite", "--format", "json")),
    ("secrets-template", ("restore", "latest", "--secrets-template")),
    ("diff-restored", ("diff", "--format", "json")),
    ("forget", ("forget", "--keep-last", "1", "--format", "json")),
    ("metrics-diff", ("metrics", "diff", "--prometheus", "http://127.0.0.1:9")),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="folder to write to; it must not exist")
    parser.add_argument("--tree", type=Path, default=ROOT, help="checkout whose dashkit is run")
    options = parser.parse_args()
    options.output.mkdir(parents=True)
    for version in ("12.3", "10.1"):
        pin(options.tree.resolve(), options.output / version, version)
    return 0


def pin(tree: Path, output: Path, version: str) -> None:
    work = output / "work"
    project = work / "project"
    shutil.copytree(ROOT / "dashboards", project / "dashboards", ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "dashkit.yaml").read_text()
    (project / "dashkit.yaml").write_text(text)
    # The same project with less in it, for what a prune finds.
    shutil.copytree(project / "dashboards", project / "smaller", ignore=shutil.ignore_patterns("executive", "alerts"))
    smaller = text.replace("dashboards/shared/metrics", "smaller/shared/metrics")
    (project / "smaller.yaml").write_text(f"dashboards: [smaller]\n{smaller}")
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(work), "PYTHONPATH": str(tree), "PYTHONHASHSEED": "0",
        "DASHKIT_USER": "admin", "DASHKIT_PASSWORD": "admin", "TZ": "UTC",
    }  # fmt: skip
    with sandbox(environ, version) as url:
        environ["DASHKIT_URL"] = url
        # 10 evaluates no recording rules, and a push refuses alerts that wait for them.
        recording = "\n    recording: prometheus" if version == "10.1" else ""
        evaluation = f"evaluator: grafana{recording}"
        for path in (project / "dashkit.yaml", project / "smaller.yaml"):
            path.write_text(
                path.read_text().replace("    url: http://127.0.0.1:3000", f"    url: {url}\n    {evaluation}")
            )
        environ["DASHKIT_CONTEXT"] = "local"
        del environ["DASHKIT_URL"]
        for name, words in COMMANDS:
            if words[0].startswith("!"):
                behind(url, *words)
                continue
            done = subprocess.run(
                [sys.executable, "-m", "dashkit", *words], cwd=project, env=environ, capture_output=True,
                stdin=subprocess.DEVNULL, check=False, timeout=600,
            )  # fmt: skip
            printed = ordered(done.stdout) if name in ("archive-show", "archive-diff") else done.stdout
            record(output / "commands" / f"{name}.out", f"exit {done.returncode}\n".encode() + printed)
            record(output / "told" / f"{name}.err", done.stderr)
        record(output / "versions.json", json.dumps(list(markers(url)), indent=1).encode())
        groups = requests.get(f"{url}/api/ruler/grafana/api/v1/rules", auth=LOGIN, timeout=30).json()
        record(output / "groups.json", json.dumps(groups, indent=1, sort_keys=True).encode())
    for folder in ("build", "pulled", "extracted"):
        for path in sorted((project / folder).rglob("*")):
            if path.is_file():
                record(output / folder / path.relative_to(project / folder), path.read_bytes())
    archives = [*sorted((project / "backups").glob("*.zip")), *sorted((project / ".dashkit/pushes").glob("*.zip"))]
    record(output / "archives.txt", "\n".join(line for path in archives for line in members(path)).encode())
    shutil.rmtree(work)


@contextlib.contextmanager
def sandbox(environ: dict[str, str], version: str) -> Iterator[str]:
    words = [sys.executable, "-m", "dashkit", "sandbox", "--port", "0", "--grafana", version]
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        try:
            assert running.stdout is not None
            yield running.stdout.readline().strip()
        finally:
            running.terminate()


def behind(url: str, what: str, name: str = "") -> None:
    if what == "!edit":
        found = requests.get(f"{url}/api/dashboards/uid/{name}", auth=LOGIN, timeout=30).json()
        panel = next(panel for panel in found["dashboard"]["panels"] if panel.get("targets"))
        panel["title"] = f"{panel['title']} (edited)"
        body = {"dashboard": found["dashboard"], "folderUid": found["meta"]["folderUid"], "message": "quick fix"}
        requests.post(f"{url}/api/dashboards/db", json=body, auth=LOGIN, timeout=30).raise_for_status()
    elif what == "!delete":
        folders = requests.get(f"{url}/api/folders", auth=LOGIN, timeout=30).json()
        uid = next(folder["uid"] for folder in folders if folder["title"] == name)
        requests.delete(f"{url}/api/folders/{uid}", auth=LOGIN, timeout=30).raise_for_status()
    else:
        found = requests.get(f"{url}/api/ruler/grafana/api/v1/rules", auth=LOGIN, timeout=30).json()
        group = min((group for groups in found.values() for group in groups), key=lambda entry: str(entry["name"]))
        rules = [provisioned(entry) for entry in group["rules"]]
        rules[0]["for"] = "42m"
        folder = group["rules"][0]["grafana_alert"]["namespace_uid"]
        body = {"title": group["name"], "folderUid": folder, "interval": 60, "rules": rules}
        path = f"{url}/api/v1/provisioning/folder/{folder}/rule-groups/{quote(group['name'], safe='')}"
        answer = requests.put(path, json=body, auth=LOGIN, timeout=30, headers={"X-Disable-Provenance": "true"})
        answer.raise_for_status()


def provisioned(entry: dict[str, Any]) -> dict[str, Any]:
    """A rule of the ruler as the provisioning API takes it."""
    alert = entry["grafana_alert"]
    return {
        "uid": alert["uid"], "title": alert["title"], "condition": alert["condition"], "data": alert["data"],
        "noDataState": alert["no_data_state"], "execErrState": alert["exec_err_state"], "for": entry["for"],
        "labels": entry["labels"], "annotations": entry["annotations"], "isPaused": alert.get("is_paused", False),
    }  # fmt: skip


def markers(url: str) -> Iterator[dict[str, Any]]:
    found = requests.get(f"{url}/api/search", params={"type": "dash-db", "limit": 5000}, auth=LOGIN, timeout=30).json()
    for uid in sorted(hit["uid"] for hit in found):
        answer = requests.get(f"{url}/api/dashboards/uid/{uid}/versions", auth=LOGIN, timeout=30).json()
        entries = answer["versions"] if isinstance(answer, dict) else answer
        yield {"uid": uid, "messages": [entry["message"] for entry in entries]}


def members(path: Path) -> Iterator[str]:
    yield f"== {stable(path.name.encode()).decode()}"
    with zipfile.ZipFile(path) as archive:
        # Two writers make the order; and what the manifest says of each member follows from these.
        for name in sorted(set(archive.namelist()) - {"manifest.json"}):
            data = stable(archive.read(name))
            digest = hashlib.sha256(re.sub(rb'"(sha256|size|file)":\s*("[0-9a-f]{64}"|\d+)', b"", data)).hexdigest()
            yield f"{stable(name.encode()).decode()} {digest[:16]}"


def ordered(printed: bytes) -> bytes:
    """With the objects by name: their order is that in which two writers made them."""
    value = json.loads(printed)
    (value["objects"] if isinstance(value, dict) else value).sort(key=lambda entry: (entry["kind"], entry["key"]))
    return json.dumps(value, indent=1).encode()


def stable(data: bytes) -> bytes:
    text = data.decode(errors="backslashreplace")
    for pattern, word in UNSTABLE:
        text = pattern.sub(word, text)
    return text.encode()


def record(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(stable(data))


if __name__ == "__main__":
    sys.exit(main())
