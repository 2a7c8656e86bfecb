"""Load a dashboard module by name, below a package that stands for its root, so that relative imports work.

By name rather than by path: ``from .queries import x`` needs a package. With an explicit ``__path__`` rather than through
``sys.path``: an installed package of the same name, or the modules of another project, must not be found instead.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from dashkit.errors import InputError


def module_name(path: Path, root: Path) -> str:
    """``dashboards.operations.overview`` for ``dashboards/operations/overview.py`` under the root ``dashboards``."""
    return ".".join((_package(root), *path.relative_to(root).with_suffix("").parts))


@contextlib.contextmanager
def package_for(root: Path) -> Iterator[None]:
    """Make ``root`` importable under its own name, and forget all that was imported from it afterwards."""
    name = _package(root)
    hidden = {key: sys.modules.pop(key) for key in list(sys.modules) if key == name or key.startswith(f"{name}.")}
    package = ModuleType(name)
    package.__path__ = [str(root)]
    sys.modules[name] = package
    importlib.invalidate_caches()
    # Python knows its cache of a module by size and whole second: two saves within one would be taken for the same.
    caching, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = caching
        for key in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
            del sys.modules[key]
        sys.modules.update(hidden)


@contextlib.contextmanager
def authors_code(project: Path, where: str) -> Iterator[None]:
    """Run code of the project: what it prints goes to stderr, what it raises becomes an `InputError` with its own line."""
    printed, place = io.StringIO(), os.getcwd()
    try:
        with contextlib.redirect_stdout(printed), _stdout_to_stderr(), _no_way_out():
            yield
    except KeyboardInterrupt:
        raise
    except InputError:
        raise
    except BaseException as error:
        raise _failure(error, project, where) from error
    finally:
        os.chdir(place)  # a module may have gone elsewhere; paths of the command line may not
        if printed.getvalue():
            print(printed.getvalue(), end="", file=sys.stderr)  # noqa: T201 - the author's own words


#: Functions that end a process, or begin another in its place, without a look back.
_WAYS = ("_exit", "execv", "execve")


class _WayOut(SystemExit):
    """What the author's code meets where it calls ``os._exit``: as ``sys.exit`` does, it passes by an ``except Exception``."""


@contextlib.contextmanager
def _no_way_out() -> Iterator[None]:
    """``os._exit`` would end dashkit itself, as if all had gone well, and ``os.execv`` put another program in its place.

    A child process of the module may go its own way.
    """
    here = os.getpid()
    # `posix` (on Windows `nt`) is where `os` has them from.
    places = [os, sys.modules.get("posix") or sys.modules.get("nt")]
    ways = [(place, name, getattr(place, name)) for place in places for name in _WAYS if hasattr(place, name)]

    def refuse(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            if os.getpid() != here:
                return real(*arguments)
            raise _WayOut(f"os.{name}")

        return call

    for place, name, real in ways:
        setattr(place, name, refuse(name, real))
    try:
        yield
    finally:
        for place, name, real in ways:
            setattr(place, name, real)


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Also what programs print that a module starts."""
    try:
        sys.__stdout__.flush()  # type: ignore[union-attr]
        saved = os.dup(1)
    except (OSError, AttributeError, ValueError):  # no file behind it
        yield
        return
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def load(path: Path, root: Path) -> ModuleType:
    """Import the module; call inside `package_for` and `authors_code`."""
    if not path.exists():
        raise InputError(f"is a link to {os.readlink(path)}, which is not there")
    if "." in path.stem:
        raise InputError("a name with a dot in it cannot be imported", hint="rename it, with _ instead of the dot")
    name = module_name(path, root)
    _ensure_packages(name, path, root)
    return importlib.import_module(name)


def _ensure_packages(name: str, path: Path, root: Path) -> None:
    """``ops/`` beside ``ops.py``: the directory must be a package though the module had its name."""
    directory = root
    parts = name.split(".")
    for depth, part in enumerate(path.relative_to(root).parts[:-1], start=2):
        directory = directory / part
        package = ".".join(parts[:depth])
        existing = sys.modules.get(package)
        if existing is not None and not hasattr(existing, "__path__"):
            replacement = ModuleType(package)
            replacement.__path__ = [str(directory)]
            sys.modules[package] = replacement


def _package(root: Path) -> str:
    if root.name.isidentifier() and root.name not in ("dashkit", "grafanalib", *sys.stdlib_module_names):
        return root.name
    return "dashboards_" + "".join(character if character.isalnum() else "_" for character in root.name)


def _failure(error: BaseException, project: Path, where: str) -> InputError:
    """The failure as the author sees it: the last frame in their own files, and what stands there."""
    name = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        line = (error.text or "").strip()
        place = f"{_short(error.filename, project)}:{error.lineno}"
        return InputError(f"{name}: {error.msg}", where=place, excerpt=line)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{project}/") and "/site-packages/" not in frame.filename
    ]
    try:
        text = f"{name}: {error}"
        if isinstance(error, SystemExit):
            text = f"it calls {error if isinstance(error, _WayOut) else 'sys.exit'}()"
    except Exception:
        text = name  # an exception of the author's that cannot even be printed
    if not frames:
        return InputError(text, where=where)
    last = frames[-1]
    return InputError(text, where=f"{_short(last.filename, project)}:{last.lineno}", excerpt=(last.line or "").strip())


def _short(path: str, project: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(Path(path).relative_to(project))
    return path


def load_file(path: Path) -> ModuleType:
    """Run one file as a module of its own, which imports only what is installed; call inside `authors_code`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(f"dashkit_own_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
