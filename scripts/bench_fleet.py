"""The push to many Grafanas, measured: ``python - serve COUNT`` has the servers, ``python - push`` is one push to them all.

All servers are one other process, so that the figures are those of the client alone.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    {"serve": _serve, "push": _push, "files": _files, "change": _change}[sys.argv[1]]()


def _serve() -> None:
    """Print the addresses of so many servers, and serve until stdin ends."""
    from dashkit.sandbox.app import RunningSandbox, Sandbox
    from dashkit.sandbox.flavour import FLAVOURS
    from dashkit.sandbox.store import Store

    with contextlib.ExitStack() as stack:
        sandboxes = [Sandbox(Store(), FLAVOURS["12.4"]) for _ in range(int(sys.argv[2]))]
        print(json.dumps([stack.enter_context(RunningSandbox(one)).url for one in sandboxes]), flush=True)
        sys.stdin.read()


def _files() -> None:
    """Write a project with so many dashboards of 20 KB, and a context for each address."""
    from scripts.bench_push import json_files

    count, urls = int(sys.argv[2]), json.loads(sys.argv[3])
    json_files(count)
    login = "user: admin, password_env: BENCH_PASSWORD, groups: [prod]"
    lines = [f"  g{number:02}: {{url: '{url}', {login}}}" for number, url in enumerate(urls)]
    Path("dashkit.yaml").write_text("\n".join(["project: bench", "contexts:", *lines, ""]), encoding="utf-8")


def _change() -> None:
    path = Path("dashboards/push-0.json")
    path.write_text(path.read_text(encoding="utf-8").replace("What good looks like", "What better looks like"))


def _push() -> None:
    from dashkit.cli.main import collect_seldom, run

    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("dashkit.http").addHandler(handler)
    logging.getLogger("dashkit.http").setLevel(logging.DEBUG)
    collect_seldom()
    out, started = io.StringIO(), time.monotonic()
    with contextlib.redirect_stdout(out):
        code = run(["push", "--group", "prod", "--no-check", *sys.argv[2:]])
    assert code == 0, out.getvalue()
    if "-v" in sys.argv:
        print("\n".join(sorted(seen)), file=sys.stderr)
    print(json.dumps({"requests": len(seen), "threads": threading.active_count(), "took": time.monotonic() - started}))


if __name__ == "__main__":
    main()
