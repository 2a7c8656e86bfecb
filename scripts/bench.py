"""Figures of speed, as ratios within one run on one machine: start-up, check, preview, build, push, backup.

Each measurement is a process of its own, so that CPU and memory are its alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FULL = (50, 20)  # modules, dashboards in each
QUICK = (5, 20)
PANELS = 14


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--quick", action="store_true", help="a tenth of the dashboards, and no limits")
    parser.add_argument("--grafana", metavar="URL", help="measure only pushes and backups, against this real server")
    parser.add_argument("--gdg", metavar="PROGRAM", default="", help="with --grafana: also measure gdg, this program")
    options = parser.parse_args()
    if options.grafana:
        return _report_of_grafana(options)
    modules, each = QUICK if options.quick else FULL
    figures = [*start_up(), *check(), *preview()]
    with tempfile.TemporaryDirectory() as folder:
        figures += check_over_cores(Path(folder), modules * each)
        figures += build(Path(folder), modules, each)
        figures += push(modules * each)
        figures += fleet(Path(folder) / "fleet", *((3, 20) if options.quick else (20, 100)))
        figures += backup(Path(folder), (100, 1000) if options.quick else (1000, 10_000))
    result = {"cores": os.cpu_count(), "dashboards": modules * each, "figures": figures}
    if options.format == "json":
        print(json.dumps(result, indent=2))
    else:
        print(f"{result['cores']} cores, {modules * each} dashboards of {PANELS} panels\n")
        for figure in figures:
            limit = f"(limit {figure['limit']:g})" if "limit" in figure and not options.quick else ""
            print(f"{figure['name']:<66} {figure['value']:>9.2f} {figure['unit']:<6} {limit}")
    beyond = any("limit" in figure and figure["value"] > figure["limit"] for figure in figures)
    return 1 if beyond and not options.quick else 0  # with few dashboards, what each run costs weighs too much


def _report_of_grafana(options: argparse.Namespace) -> int:
    from scripts.bench_grafana import figures

    found = figures(options.grafana, quick=options.quick, gdg=options.gdg)
    if options.format == "json":
        print(json.dumps(found, indent=2))
    else:
        for one in found:
            print(f"{one['name']:<58} {one['value']:>9.2f} {one['unit']}")
    return 0


def figure(name: str, value: float, unit: str, limit: float | None = None) -> dict[str, object]:
    return {"name": name, "value": round(value, 3), "unit": unit, **({"limit": limit} if limit is not None else {})}


def start_up() -> list[dict[str, object]]:
    bare = _median_wall([sys.executable, "-c", "import click"])
    version = _median_wall([sys.executable, "-m", "dashkit", "--version"])
    command_help = _median_wall([sys.executable, "-m", "dashkit", "push", "--help"])
    return [
        figure("dashkit --version / python -c 'import click'", version / bare, "x", 3),
        figure("dashkit push --help / python -c 'import click'", command_help / bare, "x"),
    ]


def check() -> list[dict[str, object]]:
    """The real dashboards beside the project, where they are: all of them in one process, against parsing them."""
    corpus = ROOT.parent / "shared" / "corpus"
    if not corpus.is_dir():
        return []
    result = _run(
        """
        import contextlib, io, json, os, pathlib, sys, time
        from dashkit.cli.main import run
        texts = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json"))]
        parse = []
        for _ in range(7):
            began = time.process_time()
            for text in texts:
                json.loads(text)
            parse.append(time.process_time() - began)
        began = sum(os.times()[:4])
        with contextlib.redirect_stdout(io.StringIO()):
            code = run(["check", sys.argv[1], "--fail-on", "never"])
        assert code == 0
        print(json.dumps({"check": sum(os.times()[:4]) - began, "parse": sorted(parse)[3]}))
        """,
        ROOT,
        str(corpus),
    )
    return [
        figure("check 108 real dashboards: CPU / json.loads of them", result["check"] / result["parse"], "x", 100),
        figure("check 108 real dashboards: CPU", result["check"], "s"),
    ]


def check_over_cores(folder: Path, count: int) -> list[dict[str, object]]:
    """JSON dashboards of 27 KB, on one core and on all; memory is that of all processes together, each page counted once."""
    if not sys.platform.startswith("linux"):
        return []
    _run("from scripts.bench_push import json_files; import sys; json_files(int(sys.argv[1]))", folder, str(count))
    code = """
        import contextlib, io, json, os, sys, threading, time
        from scripts.memory import peak_of
        child = os.fork()
        if child == 0:
            if sys.argv[1] == "one":
                os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            from dashkit.cli.main import run
            with contextlib.redirect_stdout(io.StringIO()):
                os._exit(run(["check", "-q", "--fail-on", "never"]))
        print(json.dumps({"peak": peak_of(child)}))
    """
    one, every = _run(code, folder, "one"), _run(code, folder, "all")
    for path in (folder / "dashboards").glob("*.json"):
        path.unlink()
    return [
        figure(f"check {count} JSON dashboards: wall on all cores / on one", every["wall"] / one["wall"], "x"),
        figure(f"check {count} JSON dashboards: wall on all cores", every["wall"], "s"),
        figure(f"check {count} JSON dashboards: memory on all cores", every["peak"] / 1024, "MB", 250),
    ]


def preview() -> list[dict[str, object]]:
    """Draw thirty panels of five series with 300 points."""
    script = ROOT / "scripts/bench_preview.py"
    ran = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    found = json.loads(ran.stdout)
    browser = (
        [figure("preview 30 panels: from opening the page to painted", found["browser"], "s")]
        if "browser" in found
        else []
    )
    return [
        figure("preview 30 panels: CPU / json.dumps of their data", found["panels_cpu"] / found["dumps_cpu"], "x", 20),
        figure("preview 30 panels: server CPU", found["panels_cpu"], "s"),
        figure("preview 30 panels: HTML", found["panels_bytes"] / 1000, "KB", 2000),
        figure("preview a picture of 30 panels: CPU", found["picture_cpu"] + found["png_cpu"], "s"),
        *browser,
    ]


def build(folder: Path, modules: int, each: int) -> list[dict[str, object]]:
    for number in range(modules):
        for path in (folder / f"dashboards/m{number:02}.py", folder / f"grafanalib/m{number:02}.dashboard.py"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(_module(number, each), encoding="utf-8")
    (folder / "dashkit.yaml").write_text("project: bench\n", encoding="utf-8")
    ours = _run("from dashkit.cli.main import run; raise SystemExit(run(['build', '-q']))", folder)
    # grafanalib's own command takes one dashboard a file; this writes all of a module's with its own writer.
    theirs = _run(
        """
        import glob, io
        from grafanalib import _gen
        for path in sorted(glob.glob("grafanalib/*.py")):
            for number, dashboard in enumerate(_gen.loader(path)):
                with open(f"{path}.{number}.json", "w") as stream:
                    _gen.write_dashboard(dashboard, stream)
        """,
        folder,
    )
    return [
        figure("build: user CPU / grafanalib's generate-dashboards", ours["user"] / theirs["user"], "x", 1.5),
        figure("build: user CPU", ours["user"], "s"),
        figure("build: peak memory", ours["rss"] / 1024, "MB", 200),
    ]


def _module(number: int, each: int) -> str:
    return textwrap.dedent(
        f"""
        from grafanalib.core import Dashboard, GaugePanel, GridPos, RowPanel, Stat, Target, Template, Templating, Threshold
        from grafanalib.core import TimeSeries

        def make(n):
            panels = []
            for i in range({PANELS}):
                cls = (TimeSeries, Stat, GaugePanel)[i % 3]
                panels.append(cls(
                    title=f"Panel {{i}}", dataSource="prom", description="What it says " * 3,
                    gridPos=GridPos(h=8, w=12, x=12 * (i % 2), y=8 * (i // 2)),
                    targets=[Target(expr=f'sum by (job) (rate(requests_total{{{{job="j{{n}}", code=~"5.."}}}}[5m]))',
                                    legendFormat="{{{{job}}}}", refId=r) for r in "AB"],
                    thresholds=[Threshold("green", 0, 0.0), Threshold("red", 1, 80.0)],
                ))
            return Dashboard(
                title=f"Bench {number}-{{n}}", uid=f"bench-{number}-{{n}}", panels=panels, tags=["bench"],
                templating=Templating(list=[Template(name="job", query="label_values(up, job)", dataSource="prom")]),
            ).auto_panel_ids()

        dashboard = dashboards = [make(n) for n in range({each})]
        if "dashkit" in __import__("sys").modules:
            del dashboard
        """
    )


def push(count: int) -> list[dict[str, object]]:
    with _sandbox() as url:
        script = (ROOT / "scripts" / "bench_push.py").read_text(encoding="utf-8")
        create = _run(script, ROOT, "create", url, str(count))
        post = _run(script, ROOT, "post", url, str(count))
        keep = _run(script, ROOT, "keep", url, str(count))
        part = _run(script, ROOT, "part", url, str(count))
        listing = _run(script, ROOT, "list", url, str(count))
    return [
        figure("push new: client CPU / bare Session.post loop", create["cpu"] / post["cpu"], "x", 2),
        figure("push new: client CPU", create["cpu"], "s"),
        figure("push unchanged: client CPU / wall of a bare list", keep["cpu"] / listing["wall"], "x", 1),
        figure("push unchanged: client CPU", keep["cpu"], "s"),
        figure("push unchanged: requests", keep["requests"], ""),
        figure("push of 35 unchanged beside the others: client CPU", part["cpu"], "s"),
        figure("push of 35 unchanged beside the others: requests", part["requests"], "", 50),
    ]


def fleet(folder: Path, servers: int, count: int) -> list[dict[str, object]]:
    """One push to many servers: without a change, and with a change of one dashboard."""
    script = (ROOT / "scripts" / "bench_fleet.py").read_text(encoding="utf-8")
    folder.mkdir()
    os.environ["BENCH_PASSWORD"] = "admin"
    serving = subprocess.Popen(
        [sys.executable, "-c", script, "serve", str(servers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT,
    )  # fmt: skip
    assert serving.stdout is not None
    assert serving.stdin is not None
    try:
        _run(script, folder, "files", str(count), serving.stdout.readline())
        _run(script, folder, "push")
        keep = _run(script, folder, "push")
        _run(script, folder, "change")
        change = _run(script, folder, "push")
    finally:
        serving.stdin.close()
        serving.wait(30)
    what = f"push to {servers} servers x {count} dashboards"
    return [
        figure(f"{what}, unchanged: requests to each", keep["requests"] / servers, ""),
        figure(f"{what}, unchanged: client CPU", keep["cpu"], "s"),
        figure(f"{what}, unchanged: peak memory", keep["rss"] / 1024, "MB"),
        figure(f"{what}, one changed: requests to each", change["requests"] / servers, ""),
        figure(f"{what}, one changed: client CPU", change["cpu"], "s"),
        figure(f"{what}, one changed: peak memory", change["rss"] / 1024, "MB"),
    ]


def backup(folder: Path, counts: tuple[int, int]) -> list[dict[str, object]]:
    """Of few and of many dashboards of 20 KB, each with its permissions: the program against one GET after another."""
    script = (ROOT / "scripts" / "bench_backup.py").read_text(encoding="utf-8")
    few, many = counts
    found: dict[str, dict[str, float]] = {}
    for count in counts:
        place = folder / f"backup-{count}"
        place.mkdir()
        _run(script, place, "fill", str(place / "data" / "sandbox.sqlite"), str(count))
        with _sandbox("--data", str(place / "data")) as url:
            os.environ.update(DASHKIT_URL=url, DASHKIT_USER="admin", DASHKIT_PASSWORD="admin")
            found[f"backup {count}"] = _run(script, place, "run", "backup", "-q", "-o", str(place / "backups"))
            if count == few:
                found["loop"] = _run(script, place, "loop", url)
        found[f"verify {count}"] = _run(script, place, "run", "archive", "verify", "-q", _newest(place))
        with _sandbox() as url:
            os.environ["DASHKIT_URL"] = url
            found[f"restore {count}"] = _run(script, place, "run", "restore", "-q", "--yes", _newest(place))

    def each(what: str) -> float:
        """KB of memory for each further object; a dashboard is two, with its permissions."""
        return (found[f"{what} {many}"]["own_rss"] - found[f"{what} {few}"]["own_rss"]) / (2 * (many - few))

    # Of few objects the pages that answers come in weigh more than the objects.
    most = 2.0 if many >= 10_000 else None
    own, loop, size = found[f"backup {few}"], found["loop"], Path(_newest(folder / f"backup-{many}")).stat().st_size
    return [
        figure(f"backup {few}: wall / one GET after another", own["own_wall"] / loop["own_wall"], "x", 1),
        figure(f"backup {few}: client CPU / one GET after another", own["own_cpu"] / loop["own_cpu"], "x", 1),
        figure(f"backup {many}: wall", found[f"backup {many}"]["wall"], "s"),
        figure(f"backup {many}: peak memory", found[f"backup {many}"]["own_rss"] / 1024, "MB"),
        figure("backup: memory for each further object", each("backup"), "KB", most),
        figure(f"archive of {many}: size", size / 1e6, "MB"),
        figure(f"verify {many}: wall", found[f"verify {many}"]["wall"], "s"),
        figure("verify: memory for each further object", each("verify"), "KB", most),
        figure(f"restore {many} into the sandbox: wall", found[f"restore {many}"]["wall"], "s"),
        figure(f"restore {many}: client CPU", found[f"restore {many}"]["own_cpu"], "s"),
        figure("restore: memory for each further object", each("restore"), "KB", most),
    ]


def _newest(place: Path) -> str:
    return str(max((place / "backups").glob("*.zip")))


@contextlib.contextmanager
def _sandbox(*arguments: str) -> Iterator[str]:
    """The address of a stand-in server in a process of its own."""
    server = subprocess.Popen(
        [sys.executable, "-m", "dashkit", "sandbox", "--port", "0", *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait(10)


def _run(code: str, folder: Path, *arguments: str) -> dict[str, float]:
    """CPU, wall, memory of a process that runs ``code``, and the number it prints last."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments], cwd=folder, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)  # of this process and those it waited for, and no other
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a measured process failed with {process.returncode}")
    numbers = json.loads(out.strip().splitlines()[-1]) if out.strip() else {}
    return {
        "wall": wall,
        "user": used.ru_utime,
        "cpu": used.ru_utime + used.ru_stime,
        "rss": used.ru_maxrss,
        **numbers,
    }


def _median_wall(command: list[str]) -> float:
    times = []
    for _ in range(9):
        started = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        times.append(time.monotonic() - started)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
