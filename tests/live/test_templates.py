"""The check of templates in alerts, held against promtool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from dashkit.lint.templates import fault
from tests.support.prometheus import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")

_TEMPLATES = [
    "a }} b",
    "{{ $value }} }}",
    "{{/* c */}}x",
    "{{ /* c */ }}x",
    "{{- /* c */ -}}x",
    "{{/* c */ }}x",
    "{{/* never",
    "{{ $value /* c */}}",
    "{{if}}a{{end}}",
    "{{ range }}a{{end}}",
    "{{ with }}a{{end}}",
    '{{ printf "%s" ($value) }}',
    '{{ printf "%s" ($value }}',
    "{{ $value) }}",
    "{{ toString $value }}",
    "{{-\t$value -}}",
    "{{-3}}",
    "{{- $value}}",
    "{{ $value-}}",
    "{{ $value|humanize}}",
    "{{ if $value }}a{{else if eq $value 3.0}}b{{else}}c{{end}}",
    '{{define "x"}}a{{end}}{{template "x"}}',
    "{{ $x := 3 }}{{ $x }}",
    '{{range $i, $e := query "up"}}{{$i}}{{end}}',
    "{{ $labels.job",
    "{{}}",
    "{{ else }}",
    "{{ break }}",
    '{{range query "up"}}{{break}}{{end}}',
    '{{ "}}" }}',
    "{{ `a}}` }}",
    "{{ .Labels.job }}",
    '{{ index $labels "a" }}',
    '{{ with query "up" }}{{ . | first | value }}{{ end }}',
    "{{ $v := $value }}{{ $v = 3.0 }}{{$v}}",
    '{{ (query "up" | first).Value }}',
    "{{ $externalLabels.a }}{{ $externalURL }}",
]


@pytest.mark.parametrize("template", _TEMPLATES)
def test_a_template_is_refused_where_prometheus_refuses_it(template: str, tmp_path: Path) -> None:
    rule = {"alert": "A", "expr": "up", "annotations": {"summary": template}}
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": [rule]}]}))
    verdict = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert bool(fault(template)) == (verdict.returncode != 0), verdict.stdout + verdict.stderr
