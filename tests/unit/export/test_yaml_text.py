"""The YAML of the exports."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dashkit.export.yaml_text import text

#: What a reader of YAML 1.1 or 1.2 may take for a number, a truth value, nothing, or a part of the syntax.
_ODD = (
    "y Y n N yes off on true null ~ = << 08 -08 0_8 017 0o17 0O7 0b1 0B1 0x1F 0X1F 1e10 12e45678 1E5 1e+3 -1e3 1.e3 1. -.5 -.1e5 "
    "1_000 1_0.5 +1 +.inf .NaN 1:30 08:00 190:20:30 2001-01-01 2001-1-1 - -- --- ... ? : | > & * ! % @ ` # , [ { 5m 1h30m 1.2.3"
)
ODD = _ODD.split()
NUMBERS = [0, 1, -1, 1.5, 1e-7, 2.5e20, True, False, None]


def test_every_text_and_every_number_is_read_as_it_was() -> None:
    assert yaml.safe_load(text([*ODD, *NUMBERS], "note")) == [*ODD, *NUMBERS]
    assert text(["1e10", "5m", 10], "note") == b"# note\n- '1e10'\n- 5m\n- 10\n"


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kubectl_reads_every_text_as_a_text(tmp_path: Path) -> None:
    resource = {
        "apiVersion": "a.b/v1", "kind": "C", "metadata": {"name": "d"}, "spec": {"texts": ODD, "numbers": NUMBERS},
    }  # fmt: skip
    (tmp_path / "a.yaml").write_bytes(text(resource, "note"))
    # It converts the file as `kubectl apply` does, and asks no cluster.
    command = ["kubectl", "annotate", "--local", "-f", str(tmp_path / "a.yaml"), "x=y", "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["spec"] == {"texts": ODD, "numbers": NUMBERS}
