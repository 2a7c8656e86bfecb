"""Do work in a process of its own, which starts from one that has loaded dashkit already.

A module that is loaded twice in one process would keep old state, and to start Python with all that dashkit needs takes half a
second. So one process loads it, and is forked for each piece of work: that has nothing of the process that asks, but what it is
told. Where the system cannot fork, each piece of work starts Python.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

_ROOT = Path(__file__).parent.parent
#: What nearly all work needs. What is not installed is left out.
_LOADED = ("grafanalib.core", "dashkit.authoring")
#: Seconds between two looks at whether the work is still wanted.
_LOOK = 0.05
#: Seconds in which work that is not wanted any more has to clean up.
_GRACE = 2
_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
_DONE, _FAILED = b"+", b"-"
#: A message and the files that belong to it go together.
_ASKING = threading.Lock()


class WorkError(Exception):
    """Work raised an exception, which this names."""


def in_new_process(
    name: str,
    data: bytes,
    *,
    wanted: Callable[[], bool] = lambda: True,
    printing: bool = False,
    also: tuple[str, ...] = (),
) -> bytes:
    """Call ``work(data)`` of a module of dashkit in a new process, and return its answer.

    The process gets the environment and the working directory of this one. It can be ended by `SystemExit`, so that it leaves no
    temporary files behind.

    Args:
        name: the module.
        wanted: asked now and then; if it says no, the process is ended.
        printing: whether what it prints is for the reader of stderr.
        also: modules that are worth loading once for all such work.

    Raises:
        WorkError: it raised an exception.
        EOFError: the process ended without an answer.
        TimeoutError: it was not wanted any more.
    """
    if not _CAN_FORK:
        return _started(name, data, wanted, printing)
    with _channel(name, also, printing, wanted) as (channel, pid):
        try:
            _send(channel, json.dumps({"environ": dict(os.environ), "folder": _folder()}).encode())
            _send(channel, data)
            _wait(channel, wanted)
            return _read(_exactly(channel, 1), _received(channel))
        except ConnectionError as error:
            raise EOFError from error
        except (WorkError, EOFError):
            raise
        except BaseException:
            _end(pid, channel)
            raise


def load(name: str) -> None:
    """Begin to load what the work of a module needs, while this process does something else."""
    if _CAN_FORK:
        with _ASKING:
            _server(name, ())


def _started(name: str, data: bytes, wanted: Callable[[], bool], printing: bool) -> bytes:
    """Start Python for the work."""
    with tempfile.TemporaryFile() as told:
        told.write(data)
        told.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-P", "-m", __name__, "--work", name],
            stdin=told, stdout=subprocess.PIPE, stderr=None if printing else subprocess.DEVNULL, env=_environ(),
        ) as process:  # fmt: skip
            try:
                answer = _heard(process, wanted)
            except BaseException:
                process.terminate()
                raise
    return _read(answer[:1], answer[1:])


def _heard(process: subprocess.Popen[bytes], wanted: Callable[[], bool]) -> bytes:
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=_LOOK)[0]
        if not wanted():
            raise TimeoutError


def _read(kind: bytes, answer: bytes) -> bytes:
    if kind == _FAILED:
        raise WorkError(answer.decode())
    if kind != _DONE:
        raise EOFError
    return answer


def _environ() -> dict[str, str]:
    """Return the environment of a Python that takes nothing from the working directory."""
    # Without columns, nothing is known of where a call stands.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONNODEBUGRANGES"}
    if _ROOT.name != "site-packages":  # a checkout, which only this process may know the way to
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), environ.get("PYTHONPATH")]))
    return environ


def _folder() -> str:
    with suppress(FileNotFoundError):
        return str(Path.cwd())
    return str(_ROOT)


@contextmanager
def _channel(
    name: str, also: tuple[str, ...], printing: bool, wanted: Callable[[], bool]
) -> Iterator[tuple[socket.socket, int]]:
    """Ask for a process, and yield the channel to it and its number."""
    with _printed(printing) as printed:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, _ASKING:
                server = _asked(name, also, [theirs.fileno(), printed])
                # Until it has come, the other end must stay open here: macOS loses it else.
                _wait(ours, wanted, server)
                pid = int.from_bytes(_exactly(ours, 4), "big")
            yield ours, pid


@contextmanager
def _printed(printing: bool) -> Iterator[int]:
    """Yield the file that a process prints to: stderr, if there is one."""
    try:
        file = os.dup(2) if printing else os.open(os.devnull, os.O_WRONLY)
    except OSError:
        file = os.open(os.devnull, os.O_WRONLY)
    try:
        yield file
    finally:
        os.close(file)


def _asked(name: str, also: tuple[str, ...], files: list[int]) -> socket.socket:
    """Ask the process that is forked for the work of a module, and return the socket that leads to it."""
    server = _server(name, also)
    try:
        socket.send_fds(server, [b"?"], files)
    except ConnectionError:  # somebody ended it
        _servers.pop(_key(name, also)).close()
        server = _server(name, also)
        socket.send_fds(server, [b"?"], files)
    return server


_Key = tuple[int, str, tuple[str, ...], str]
#: The sockets that lead to the processes that are forked.
_servers: dict[_Key, socket.socket] = {}


def _key(name: str, also: tuple[str, ...]) -> _Key:
    # A fork of this process has none of its own yet.
    return os.getpid(), name, also, os.environ.get("PYTHONPATH", "")


def _server(name: str, also: tuple[str, ...]) -> socket.socket:
    """Return the socket that leads to the process that is forked, which is started first and ends with this one."""
    key = _key(name, also)
    if key not in _servers:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-P", "-m", __name__, "--fork", name, *also, *_LOADED],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environ(),
            )  # fmt: skip
        # It is nobody's to wait for: it ends when the channel does, which is when this process has ended.
        process.returncode = 0
        _servers[key] = ours
    return _servers[key]


@atexit.register
def _close() -> None:
    for server in _servers.values():
        server.close()


def _wait(channel: socket.socket, wanted: Callable[[], bool], server: socket.socket | None = None) -> None:
    """Wait for something to read, for as long as it is wanted and the process that is forked runs."""
    while not _ready(channel, _LOOK):
        if server is not None and _ready(server, 0):  # it says nothing: it has ended
            raise EOFError
        if not wanted():
            raise TimeoutError


def _ready(channel: socket.socket, seconds: float) -> bool:
    """Return whether there is something to read, or the end."""
    looked = select.poll()
    looked.register(channel, select.POLLIN)
    return bool(looked.poll(seconds * 1000))


def _end(pid: int, channel: socket.socket) -> None:
    """End a process that is not wanted any more, and wait until it has ended."""
    with suppress(ProcessLookupError, ConnectionError):
        if _ready(channel, 0) and not channel.recv(1, socket.MSG_PEEK):
            return  # its number may be another's by now
        os.kill(pid, signal.SIGTERM)
        while _ready(channel, _GRACE):
            if not channel.recv(65_536):
                return
        os.kill(pid, signal.SIGKILL)


def _send(channel: socket.socket, data: bytes) -> None:
    channel.sendall(len(data).to_bytes(8, "big") + data)


def _received(channel: socket.socket) -> bytes:
    return _exactly(channel, int.from_bytes(_exactly(channel, 8), "big"))


def _exactly(channel: socket.socket, count: int) -> bytes:
    found = bytearray(count)
    view = memoryview(found)
    while view:
        got = channel.recv_into(view)
        if not got:
            raise EOFError
        view = view[got:]
    return bytes(found)


def _answer(name: str, data: bytes, folder: str = "") -> tuple[bytes, bytes]:
    """Return the answer of the work with whether it was done."""
    try:
        if folder:
            os.chdir(folder)
        work: Callable[[bytes], bytes] = importlib.import_module(name).work
        return _DONE, work(data)
    except Exception as error:
        return _FAILED, f"{type(error).__name__}: {error}".encode(errors="backslashreplace")


def _serve(name: str, *loaded: str) -> None:
    """Fork for each message on stdin, until there is nobody any more who could send one."""
    control = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as well; whoever started it ends it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for one in (name, *loaded):
        with suppress(Exception):  # the work meets what is wrong again, and says it
            importlib.import_module(one)
    gc.freeze()  # what is loaded stays shared memory
    while True:
        message, files, *_ = socket.recv_fds(control, 1, 2)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _forked(name, *files)
        for file in files:
            os.close(file)


def _forked(name: str, channel_file: int, printed: int) -> NoReturn:
    """Do the work of one message, and end: also if threads of what was loaded go on, or nobody reads the answer."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        channel = socket.socket(fileno=channel_file)
        channel.sendall(os.getpid().to_bytes(4, "big"))
        asked: Mapping[str, Any] = json.loads(_received(channel))
        os.environ.clear()
        os.environ.update(asked["environ"])
        kind, answer = _answer(name, _received(channel), asked["folder"])
        sys.stdout.flush()
        sys.stderr.flush()
        channel.sendall(kind)
        _send(channel, answer)
        code = 0
    finally:
        os._exit(code)


def _main(what: str, name: str, *loaded: str) -> None:
    if what == "--fork":
        _serve(name, *loaded)
    else:
        sys.stdout.buffer.write(b"".join(_answer(name, sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main(*sys.argv[1:])
