"""The program: the group of commands, and the one place where failures become messages and exit codes."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence

import click

from dashkit.cli.console import Console
from dashkit.errors import DashkitError, ExitCode

_COMMANDS = (
    "build",
    "check",
    "explain",
    "metrics",
    "diff",
    "push",
    "rollback",
    "pull",
    "rules",
    "backup",
    "archive",
    "restore",
    "forget",
    "init",
    "context",
    "sandbox",
    "completion",
)
"""One module in `dashkit.cli.commands` for each; loaded when it is called."""

_EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>3}  {code.meaning}" for code in ExitCode)


class _LazyGroup(click.Group):
    """Imports a command's module only for that command, so that `--version` costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"dashkit.cli.commands.{name}")
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


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"dashkit {version('dashkit')}")
        ctx.exit()


@click.group(
    cls=_LazyGroup, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option("--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Show the version.")
def cli() -> None:
    """Grafana dashboards as Python code: compile them, see what a push would change, push them.

    \b
    A first round:
      dashkit init my-dashboards && cd my-dashboards
      dashkit build                      compile to build/dashboards
      dashkit sandbox &                  a stand-in for Grafana on this machine, as the project expects it
      dashkit diff                       what would a push change?
      dashkit push
    """


def run(argv: Sequence[str]) -> int:
    """Run the program with these arguments; returns the exit code and never raises."""
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
            console.info(f"  {console.err_style('->', 'cyan')} {context.command_path} --help")
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
        # What reads and writes files says more; this is the terminal, a full disk behind `>`, or the like.
        console.error(f"the output cannot be written: {error.strerror or error}")
        return ExitCode.INPUT
    except Exception as error:
        return _bug(error, console)


def entry() -> None:
    """The console script."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115 - closed by the caller
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    # systemd and Kubernetes end a run by SIGTERM: as an interrupt does, that ends what is under way and tells what was done.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title that the terminal cannot show is no failure
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
        code = ExitCode.CLOSED_PIPE
    except OSError:
        _close_stdout()
        code = code or ExitCode.INPUT
    # Threads of an interrupted pool must not hold the process.
    sys.exit(code)


def _close_stdout() -> None:
    # Otherwise the interpreter flushes it once more on exit, and complains.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: BaseException, console: Console) -> int:
    import platform
    import tempfile
    from importlib.metadata import version

    handle, name = tempfile.mkstemp(prefix="dashkit-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(f"dashkit {version('dashkit')}, Python {platform.python_version()}, {platform.platform()}\n\n")
        # Frames and lines only: the values of locals could hold what must not be seen.
        stream.write("".join(traceback.format_exception(error)))
    console.error(f"a bug in dashkit: {type(error).__name__}: {error}")
    console.info(f"The traceback is in {name}; please report it with the command that you ran.")
    return ExitCode.BUG
