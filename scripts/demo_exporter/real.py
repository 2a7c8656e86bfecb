"""Real exporters of this machine, where they are installed: each on a free port of loopback, for as long as it is wanted."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import requests

PG_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/nonexistent"))
BLACKBOX_CONFIG = Path("/etc/prometheus/blackbox.yml")
_PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def have_node() -> bool:
    return shutil.which("prometheus-node-exporter") is not None


def have_blackbox() -> bool:
    return shutil.which("prometheus-blackbox-exporter") is not None and BLACKBOX_CONFIG.is_file()


def have_postgres() -> bool:
    return shutil.which("prometheus-postgres-exporter") is not None and (PG_BIN / "initdb").exists()


@contextlib.contextmanager
def program(command: list[str], path: str = "/metrics", environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a program that takes ``--web.listen-address``; the address, once it answers on ``path``."""
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [*command, f"--web.listen-address={address}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**_PATH, **(environment or {})},
    )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"http://{address}{path}", timeout=2).status_code < 500:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def node_exporter() -> contextlib.AbstractContextManager[str]:
    return program(["prometheus-node-exporter"])


def blackbox_exporter() -> contextlib.AbstractContextManager[str]:
    return program(["prometheus-blackbox-exporter", f"--config.file={BLACKBOX_CONFIG}"])


@contextlib.contextmanager
def postgres_exporter(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of its own in ``folder``, with its exporter."""
    folder.mkdir(parents=True, exist_ok=True)
    user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        for parent in folder.parents[:-2]:
            with contextlib.suppress(PermissionError):
                parent.chmod(parent.stat().st_mode | 0o011)
    data, port = folder / "db", free_port()
    subprocess.run(
        [*user, str(PG_BIN / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"],
        check=True, capture_output=True, timeout=60, cwd="/",
    )  # fmt: skip
    server = subprocess.Popen(
        [*user, str(PG_BIN / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        source = f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
        with program(["prometheus-postgres-exporter"], environment={"DATA_SOURCE_NAME": source}) as address:
            deadline = time.monotonic() + 30
            while "pg_up 1" not in requests.get(f"http://{address}/metrics", timeout=10).text:
                if time.monotonic() > deadline:
                    raise RuntimeError("the PostgreSQL exporter does not reach its server")
                time.sleep(0.3)
            yield address
    finally:
        server.terminate()
        server.wait(20)
