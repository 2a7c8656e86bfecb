"""``python -m dashkit``."""

from dashkit.cli.main import entry

if __name__ == "__main__":
    entry()
