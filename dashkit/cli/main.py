"""The program: the group of commands, and the one place that turns failures into messages and exit codes."""

from __future__ import annotations

import gc
import importlib
import io
import keyword
import os
import signal
import sys
import traceback
from collections.abc import Sequence

import click

from dashkit.cli.console import Console
from dashkit.errors import DashkitError, ExitCode

_COMMANDS = (
    "preview",
    "build",
    "check",
    "explain",
    "metrics",
    "diff",
    "push",
    "watch",
    "rollback",
    "pull",
    "convert",
    "import",
    "market",
    "adopt",
    "absorb",
    "rules",
    "export",
    "backup",
    "archive",
    "restore",
    "forget",
    "init",
    "new",
    "context",
    "sandbox",
    "doctor",
    "completion",
)
"""Each is a module in `dashkit.cli.commands`, which is loaded when the command is called."""

_EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>3}  {code.meaning}" for code in ExitCode)


class _LazyGroup(click.Group):
    """A group that imports only the module of the command that runs, so that `--version` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        # `import` is no name for a module.
        module = importlib.import_module(f"dashkit.cli.commands.{name}{'_' * keyword.iskeyword(name)}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_LazyGroup, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="grafana-dashkit", message="dashkit %(version)s", help="Show the version and exit.")
def cli() -> None:
    """Manage Grafana dashboards as Python code: compile them, review what would change, and push them.

    \b
    To get started:
      dashkit init my-dashboards && cd my-dashboards
      dashkit build                      compile the dashboards to build/dashboards
      dashkit sandbox &                  run a local stand-in for Grafana
      dashkit diff                       show what a push would change
      dashkit push                       push the dashboards

    Every command has its own --help, with examples.
    """


def run(argv: Sequence[str]) -> int:
    """Run the program with these arguments and return the exit code. Never raises."""
    console = Console()
    try:
        if "_DASHKIT_COMPLETE" in os.environ:
            cli.main(args=list(argv), prog_name="dashkit")
        # Not `cli.main`: it turns a closed pipe into exit code 1, which means "changes found" here.
        with cli.make_context("dashkit", list(argv)) as ctx:
            result = cli.invoke(ctx)
        sys.stdout.flush()
        return int(result or 0)
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as error:
        console.error(error.format_message())
        context = getattr(error, "ctx", None)
        if context is not None:
            console.hint(f"{context.command_path} --help")
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        console.error("interrupted")
        return ExitCode.INTERRUPTED
    except DashkitError as error:
        console.failure(error, given=argv)
        return error.code
    except BrokenPipeError:
        _close_stdout()
        return ExitCode.CLOSED_PIPE
    except OSError as error:
        # Code that reads and writes files raises an InputError. This is the terminal, or a full disk behind `>`.
        console.error(f"cannot write the output: {error.strerror or error}")
        return ExitCode.INPUT
    except Exception as error:
        return _bug(error, console)


def entry() -> None:
    """Run the console script."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115 - closed by the caller
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    # systemd and Kubernetes end a run with SIGTERM. Like Ctrl-C, it finishes what is under way and reports what was done.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title that the terminal cannot show is not an error
    collect_seldom()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
        code = ExitCode.CLOSED_PIPE
    except OSError:
        _close_stdout()
        code = code or ExitCode.INPUT
    sys.exit(code)


def collect_seldom() -> None:
    """Let the garbage collector look at the memory seldom.

    Documents have no cycles, so there is next to nothing to find, and each look through a thousand of them takes a fifth of a
    second.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _close_stdout() -> None:
    # Otherwise the interpreter flushes stdout again on exit, and complains.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: BaseException, console: Console) -> int:
    import platform
    import tempfile
    from importlib.metadata import version

    handle, name = tempfile.mkstemp(prefix="dashkit-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(
            f"dashkit {version('grafana-dashkit')}, Python {platform.python_version()}, {platform.platform()}\n\n"
        )
        # Frames and lines only: the values of local variables could contain secrets.
        stream.write("".join(traceback.format_exception(error)))
    console.error(f"a bug in dashkit: {type(error).__name__}: {error}")
    console.info(f"The traceback is in {name}; please report it along with the command you ran.")
    return ExitCode.BUG
