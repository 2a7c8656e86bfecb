"""``dashkit completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    short_help="Print a shell completion script.",
    epilog="""\b
Examples:
  eval "$(dashkit completion bash)"        add this to ~/.bashrc
  eval "$(dashkit completion zsh)"         add this to ~/.zshrc
  dashkit completion fish > ~/.config/fish/completions/dashkit.fish
""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the script that lets SHELL complete dashkit's commands, options and names."""
    from dashkit.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "dashkit", "_DASHKIT_COMPLETE").source())
    return 0
