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
from functools import cache
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
    with _channel(name, also, printing) as channel:
        pid = int.from_bytes(_exactly(channel, 4), "big")
        try:
            _send(channel, json.dumps({"environ": dict(os.environ), "folder": _folder()}).encode())
            _send(channel, data)
            while not select.select([channel], [], [], _LOOK)[0]:
                if not wanted():
                    raise TimeoutError
            kind, answer = _exactly(channel, 1), _received(channel)
        except OSError as error:
            _end(pid, channel)
            raise error if isinstance(error, TimeoutError) else EOFError from error
        except BaseException:
            _end(pid, channel)
            raise
    return _read(kind, answer)


def load(name: str, *, also: tuple[str, ...] = ()) -> None:
    """Begin to load what the work of a module needs, while this process does something else."""
    if _CAN_FORK:
        with _ASKING:
            _server_of(name, also)


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
def _channel(name: str, also: tuple[str, ...], printing: bool) -> Iterator[socket.socket]:
    """Ask for a process, and yield the channel to it."""
    ours, theirs = socket.socketpair()
    with ours:
        try:
            with theirs, Path(os.devnull).open("wb") as nothing, _ASKING:
                files = [theirs.fileno(), 2 if printing else nothing.fileno()]
                socket.send_fds(_server_of(name, also), [b"?"], files)
        except BrokenPipeError:
            _server.cache_clear()  # somebody ended it: the next one starts another
            raise EOFError from None
        yield ours


def _server_of(name: str, also: tuple[str, ...]) -> socket.socket:
    return _server(os.getpid(), name, also, os.environ.get("PYTHONPATH", ""))


@cache
def _server(_process: int, name: str, also: tuple[str, ...], _path: str) -> socket.socket:
    """Start the process that is forked for the work of a module; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-P", "-m", __name__, "--fork", name, *also, *_LOADED],
            stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environ(),
        )  # fmt: skip
    # It is nobody's to wait for: it ends when the channel does, which is when this process has ended.
    process.returncode = 0
    atexit.register(ours.close)
    return ours


def _end(pid: int, channel: socket.socket) -> None:
    """End a process that is not wanted any more, and wait until it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while select.select([channel], [], [], _GRACE)[0]:
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


def _answer(name: str, data: bytes) -> tuple[bytes, bytes]:
    """Return the answer of the work with whether it was done."""
    try:
        work: Callable[[bytes], bytes] = importlib.import_module(name).work
        return _DONE, work(data)
    except Exception as error:
        return _FAILED, f"{type(error).__name__}: {error}".encode()


def _serve(name: str, *loaded: str) -> None:
    """Fork for each message on stdin, until there is nobody any more who could send one."""
    control = socket.socket(fileno=os.dup(0))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it as well; whoever started it ends it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for one in (name, *loaded):
        with suppress(ImportError):
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
    """Do the work of one message."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    channel = socket.socket(fileno=channel_file)
    channel.sendall(os.getpid().to_bytes(4, "big"))
    asked: Mapping[str, Any] = json.loads(_received(channel))
    os.environ.clear()
    os.environ.update(asked["environ"])
    os.chdir(asked["folder"])
    kind, answer = _answer(name, _received(channel))
    with suppress(BrokenPipeError):  # whoever asked has ended
        channel.sendall(kind)
        _send(channel, answer)
    sys.exit()


def _main(what: str, name: str, *loaded: str) -> None:
    if what == "--fork":
        _serve(name, *loaded)
    else:
        sys.stdout.buffer.write(b"".join(_answer(name, sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main(*sys.argv[1:])
