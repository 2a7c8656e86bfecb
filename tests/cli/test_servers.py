"""Servers of other kinds: behind TLS, too old, too new, restarted."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests
import trustme

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, Project, environment


def test_tls_with_an_authority_of_ones_own(project: Project, dashkit: Program, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    project.dashboard("a")
    pair = (str(tmp_path / "cert.pem"), str(tmp_path / "key.pem"))
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"]), tls=pair) as running:
        login = f"url: {running.url}, user: admin, password_command: echo admin"
        project.write(
            "dashkit.yaml",
            f"contexts:\n  plain: {{{login}}}\n  trusted: {{{login}, tls: {{ca: {tmp_path / 'ca.pem'}}}}}\n"
            f"  careless: {{{login}, tls: {{insecure: true}}}}\n",
        )
        refused = dashkit("push", "-c", "plain", cwd=project.folder)
        assert refused.code == 4
        assert "TLS failed" in refused.err
        assert "tls: {ca: FILE}" in refused.err
        assert dashkit("push", "-c", "trusted", cwd=project.folder).code == 0
        careless = dashkit("diff", "-c", "careless", "--exit-code", cwd=project.folder)
        assert careless.code == 0
        assert "accepts any certificate" in careless.err


def test_a_server_that_is_too_old_is_told(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    sandbox.sandbox.faults.add(Fault(path="/api/health", status=200, body={"version": "8.5.27", "database": "ok"}))
    project.dashboard("a")
    result = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert result.code == 4
    assert "8.5.27 is too old" in result.err


def test_a_version_that_was_never_tried_is_warned_of_and_not_pruned(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    sandbox.sandbox.faults.add(Fault(path="/api/health", status=200, body={"version": "13.1.0"}, times=100))
    project.dashboard("a")
    env = environment(sandbox)
    pushed = dashkit("push", cwd=project.folder, env=env)
    assert pushed.code == 0, pushed.err
    assert "13.1.0 is unverified" in pushed.err
    assert ("POST", "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards") in sandbox.sandbox.requests
    assert dashkit("diff", "--exit-code", cwd=project.folder, env=env).code == 0
    project.dashboard("a", expr="sum(up)")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("push", "--prune", "--yes", cwd=project.folder, env=env).code == 6


def test_the_version_may_be_hidden(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    sandbox.sandbox.faults.add(Fault(path="/api/health", status=200, body={"database": "ok"}))
    project.dashboard("a")
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0


@pytest.mark.parametrize("status", [403, 500])
def test_an_inconclusive_discovery_writes_nothing(
    sandbox: RunningSandbox, project: Project, dashkit: Program, status: int
) -> None:
    sandbox.sandbox.faults.add(Fault(path="/apis/dashboard.grafana.app", status=status))
    project.dashboard("a")
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 4
    assert {method for method, _ in sandbox.sandbox.requests} == {"GET"}


def test_a_folder_whose_answer_was_lost_is_found_again(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    sandbox.sandbox.faults.add(Fault(path="/api/folders", method="POST", drop=True, after=True))
    project.dashboard("a")
    result = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert result.code == 0, result.out
    assert [path for method, path in sandbox.sandbox.requests if method == "POST"].count("/api/folders") == 1


def test_a_large_server_is_read_in_one_pass_of_pages(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    text = "x" * 20_000
    project.write(
        "dashboards/many.py",
        f"dashboards = [{{'uid': f'd{{n}}', 'title': f'D {{n}}', 'description': {text!r}}} for n in range(300)]\n",
    )
    env = environment(sandbox)
    assert dashkit("push", "-q", cwd=project.folder, env=env).code == 0
    sandbox.sandbox.requests.clear()
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    lists = [path for _, path in sandbox.sandbox.requests if path.endswith("/dashboards")]
    assert 2 <= len(lists) <= 5
    assert len(sandbox.sandbox.requests) == len(lists) + 7
    sandbox.sandbox.requests.clear()
    assert dashkit("diff", "--only", "d7", cwd=project.folder, env=env).code == 0
    assert ("GET", "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards/d7") in sandbox.sandbox.requests
    assert len(sandbox.sandbox.requests) == 6


def test_the_sandbox_keeps_its_data_and_serves_only_this_machine(project: Project, tmp_path: Path) -> None:
    def serve() -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "dashkit", "sandbox", "--port", "0", "--data", str(tmp_path / "data")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        for _ in range(100):
            try:
                requests.get(f"{url}/api/health", timeout=5)
                break
            except requests.ConnectionError:
                continue
        return process, url

    process, url = serve()
    assert url.startswith("http://127.0.0.1:")
    body = {"dashboard": {"uid": "kept", "title": "Kept"}}
    requests.post(f"{url}/api/dashboards/db", json=body, auth=("admin", "admin"), timeout=5).raise_for_status()
    unknown = requests.get(f"{url}/api/plugins", auth=("admin", "admin"), timeout=5)
    assert unknown.status_code == 501
    assert "does not serve" in unknown.json()["message"]
    process.terminate()
    process.communicate(timeout=10)
    process, url = serve()
    assert requests.get(f"{url}/api/dashboards/uid/kept", auth=("admin", "admin"), timeout=5).status_code == 200
    process.terminate()
    process.communicate(timeout=10)


def test_a_sandbox_leaves_data_of_another_version_alone(project: Project, dashkit: Program, tmp_path: Path) -> None:
    file = tmp_path / "data/sandbox.sqlite"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE dashboard (uid TEXT)")
        old.commit()
    before = file.read_bytes()
    result = dashkit("sandbox", "--port", "0", "--data", str(file.parent), cwd=project.folder)
    assert result.code == 3
    assert "another version of dashkit" in result.err
    assert file.read_bytes() == before


def test_credentials_that_may_not_see_their_organisation_can_push(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    """As those do that are for one folder."""
    each_sandbox.sandbox.faults.add(Fault("/api/org", status=403, body={"message": "no"}, times=99))
    project.dashboard("a")
    env = environment(each_sandbox)
    pushed = dashkit("push", cwd=project.folder, env=env)
    assert pushed.code == 0, pushed.err
    back = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert back.code == 0, back.err
    assert dashkit("push", cwd=project.folder, env=env | {"DASHKIT_ORG_ID": "1"}).code == 0
