"""Load dashboard modules by name, in a package that represents their root directory.

Modules are loaded by name rather than by path, because ``from .queries import x`` needs a package. The package has an explicit
``__path__`` instead of an entry in ``sys.path``, so that neither an installed package with the same name nor the modules of
another project are found instead.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import linecache
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import dashkit
from dashkit.compiler.meant import did_you_mean
from dashkit.errors import InputError

#: dashkit itself, whose checkout may be the project.
_NOT_THEIRS = f"{Path(dashkit.__file__).parent}{os.sep}"


def module_name(path: Path, root: Path) -> str:
    """Return ``dashboards.operations.overview`` for ``dashboards/operations/overview.py`` in the root ``dashboards``."""
    return ".".join((_package(root), *path.relative_to(root).with_suffix("").parts))


@contextlib.contextmanager
def package_for(root: Path) -> Iterator[None]:
    """Make ``root`` importable under its own name. Afterwards, forget everything that was imported from it."""
    name = _package(root)
    hidden = {key: sys.modules.pop(key) for key in list(sys.modules) if key == name or key.startswith(f"{name}.")}
    sys.modules[name] = _package_at(name, root)
    importlib.invalidate_caches()
    # Python validates cached bytecode by size and whole seconds, so it would miss the second of two saves within one.
    caching, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        _shown.clear()
        sys.dont_write_bytecode = caching
        for key in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
            del sys.modules[key]
        sys.modules.update(hidden)


@contextlib.contextmanager
def authors_code(project: Path, where: str) -> Iterator[None]:
    """Run the project's code. Its output goes to stderr; an exception becomes an `InputError` with the line that failed."""
    printed, place = io.StringIO(), os.getcwd()
    try:
        with contextlib.redirect_stdout(printed), _stdout_to_stderr(), _no_way_out(), _warnings_as_lines(project):
            yield
    except (KeyboardInterrupt, InputError):
        raise
    except BaseException as error:
        raise _failure(error, project, where) from error
    finally:
        os.chdir(place)  # a module may have changed it, which would break relative paths of the command line
        if printed.getvalue():
            print(printed.getvalue(), end="", file=sys.stderr)  # noqa: T201 - the author's own words


#: Functions that end the process, or replace it with another program, without any cleanup.
_WAYS = ("_exit", "execv", "execve")


class _WayOut(SystemExit):
    """Raised instead of calling ``os._exit``. Like the exception of ``sys.exit``, an ``except Exception`` does not catch it."""


@contextlib.contextmanager
def _no_way_out() -> Iterator[None]:
    """Make `_WAYS` raise instead: ``os._exit(0)`` would end dashkit as if it had succeeded, and ``os.execv`` would replace it.

    Child processes of the module may still call them.
    """
    here = os.getpid()
    # `os` imports them from `posix`, or from `nt` on Windows.
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


#: The warnings so far. A helper that many modules use would repeat its own.
_shown: set[str] = set()


@contextlib.contextmanager
def _warnings_as_lines(project: Path) -> Iterator[None]:
    """Show warnings as dashkit shows its own: where, and what."""
    with warnings.catch_warnings():

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: object = None,
            line: object = None,
        ) -> None:
            text = f"warning: {_short(filename, project)}:{lineno}: {message}"
            if text not in _shown:
                _shown.add(text)
                print(text, file=sys.stderr)  # noqa: T201 - the author's own words

        warnings.showwarning = show
        yield


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Redirect the file descriptor as well, for programs that the module starts."""
    try:
        sys.__stdout__.flush()  # type: ignore[union-attr]
        saved = os.dup(1)
    except (OSError, AttributeError, ValueError):  # stdout is not backed by a file
        yield
        return
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def load(path: Path, root: Path) -> ModuleType:
    """Import the module. Call this inside `package_for` and `authors_code`."""
    if not path.exists():
        raise InputError(f"is a link to {os.readlink(path)}, which does not exist")
    if "." in path.stem:
        raise InputError(
            "cannot be imported because its name has a dot", hint="rename the file, with _ instead of the dot"
        )
    _ensure_packages(path, root)
    return importlib.import_module(module_name(path, root))


def _ensure_packages(path: Path, root: Path) -> None:
    """Make each directory above the module a package, even if a module beside it has the same name: ``ops/`` and ``ops.py``."""
    for directory in path.parents:
        if directory == root:
            break
        package = module_name(directory, root)
        existing = sys.modules.get(package)
        if existing is not None and not hasattr(existing, "__path__"):
            sys.modules[package] = _package_at(package, directory)


def _package_at(name: str, directory: Path) -> ModuleType:
    package = ModuleType(name)
    package.__path__ = [str(directory)]
    return package


def _package(root: Path) -> str:
    if root.name.isidentifier() and root.name not in ("dashkit", "grafanalib", *sys.stdlib_module_names):
        return root.name
    return "dashboards_" + "".join(character if character.isalnum() else "_" for character in root.name)


def _failure(error: BaseException, project: Path, where: str) -> InputError:
    """Return the failure from the author's point of view: the last frame in their own files, with its source line."""
    name = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        line = (error.text or "").strip()
        place = f"{_short(error.filename, project)}:{error.lineno}"
        return InputError(f"{name}: {error.msg}", where=place, excerpt=line)
    frames = [
        (frame, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(f"{project}/")
        and not frame.f_code.co_filename.startswith(_NOT_THEIRS)
        and "/site-packages/" not in frame.f_code.co_filename
    ]
    try:
        text = f"{name}: {error}".split(". Did you mean")[0]  # Python 3.13 says it for arguments only: one hint for all
        if isinstance(error, ImportError) and error.path:
            text = text.removesuffix(f" ({error.path})")  # the module's file: long, and the author knows it by its name
        if isinstance(error, SystemExit):
            text = f"it calls {error if isinstance(error, _WayOut) else 'sys.exit'}()"
    except Exception:
        text = name  # the author's exception cannot even be printed
    if not frames:
        return InputError(text, where=where)
    frame, number = frames[-1]
    path = frame.f_code.co_filename
    linecache.checkcache(path)  # it may have been mended since the last time it was run
    return InputError(
        text,
        where=f"{_short(path, project)}:{number}",
        excerpt=linecache.getline(path, number).strip(),
        hint=did_you_mean(error, frame),
    )


def _short(path: str, project: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(Path(path).relative_to(project))
    return path


def load_file(path: Path) -> ModuleType:
    """Run a single file as a module that can import only installed packages. Call this inside `authors_code`."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(f"dashkit_own_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look up their module
    spec.loader.exec_module(module)
    return module
