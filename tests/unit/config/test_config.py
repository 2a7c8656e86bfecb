"""dashkit.yaml, contexts, secrets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from dashkit.config.context import check_url, choose, use
from dashkit.config.file import read
from dashkit.config.project import load_project
from dashkit.config.secrets import credentials
from dashkit.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "dashkit.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def context(folder: Path, body: str, environ: dict[str, str] | None = None, name: str | None = "c") -> Any:
    write(folder, f"contexts:\n  c:\n    url: https://g.example.org/grafana/\n{body}")
    return choose(load_project(folder), name, environ or {})


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("projet: x\n", 1, "`projet`", "did you mean `project`"),
        (
            "project: x\ncontexts:\n  a:\n    url: http://x\n    folderprefix: y\n",
            5,
            "`contexts.a.folderprefix`",
            "folder_prefix",
        ),
        ("project: x\ncontexts:\n  a:\n    token: glsa_secret\n", 4, "`contexts.a.token`", "token_env"),
        ("project: 'a b'\n", 1, "`project`", ""),
        ("a: [1\n", 2, "not valid YAML", ""),
        ("- x\n", 1, "is not of type 'object'", ""),
        ("contexts:\n  a: {url: http://x, on_drift: ask}\n", 2, "on_drift", ""),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str, hint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        read(path)
    assert refused.value.where == f"{path}:{line}"
    assert words in refused.value.message
    assert hint in refused.value.hint
    assert "glsa_secret" not in str(refused.value) + refused.value.hint


def test_an_empty_file_and_no_file_are_projects_of_defaults(tmp_path: Path) -> None:
    folder = tmp_path / "my project"
    folder.mkdir()
    assert load_project(folder).name == "my-project"
    write(folder, "")
    found = load_project(folder)
    assert found.dashboards == (folder / "dashboards",)
    assert found.tag == "dashkit:my-project"


def test_the_file_is_found_from_a_folder_below(tmp_path: Path) -> None:
    write(tmp_path, "project: up\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load_project(below).root == tmp_path


def test_all_values_of_a_context_arrive(tmp_path: Path) -> None:
    found = context(
        tmp_path,
        "    org_id: 3\n    tls: {ca: ca.pem, cert: c.pem, key: k.pem, insecure: true}\n    proxy: http://p:1\n"
        "    timeouts: {connect: 1, read: 2.5}\n    folder_prefix: A/B\n    uid_prefix: stg-\n    tags: [x]\n"
        "    datasources: {a: b}\n    on_drift: skip\n    protected: true\n",
    )
    assert found.url == "https://g.example.org/grafana"
    assert found.tls_ca == tmp_path / "ca.pem"
    assert (found.connect_timeout, found.read_timeout) == (1.0, 2.5)
    assert found.folder_prefix == ("A", "B")
    assert (found.uid_prefix, found.tags, found.on_drift, found.protected) == ("stg-", ("x",), "skip", True)


def test_the_order_of_choice(tmp_path: Path) -> None:
    write(tmp_path, "contexts:\n  a: {url: http://a}\n  b: {url: http://b}\n")
    project = load_project(tmp_path)
    with pytest.raises(ConfigError, match="none is chosen"):
        choose(project, None, {})
    use(project, "b", {})
    assert choose(project, None, {}).name == "b"
    assert choose(project, None, {"DASHKIT_URL": "http://env"}).url == "http://env"
    assert choose(project, None, {"DASHKIT_URL": "http://env", "DASHKIT_CONTEXT": "a"}).name == "a"
    assert choose(project, "a", {"DASHKIT_CONTEXT": "b"}).name == "a"


def test_a_protected_context_is_never_implicit(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="protected") as refused:
        context(tmp_path, "    protected: true\n", name=None)
    assert refused.value.hint == "add --context c"
    with pytest.raises(ConfigError, match="protected"):
        use(load_project(tmp_path), "c", {})


def test_an_unknown_context_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "contexts:\n  production: {url: http://a}\n")
    with pytest.raises(ConfigError) as refused:
        choose(load_project(tmp_path), "prodution", {})
    assert "production" in refused.value.hint


@pytest.mark.parametrize(
    "url", ["", "grafana.example.org", "ftp://x", "http://", "http://x:port", "http://x?y=1", "http://u:p@x"]
)
def test_what_is_no_url_of_a_grafana_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_url(url, "DASHKIT_URL")
    assert ":p@" not in str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        "    token_env: A\n    token_file: b\n",
        "    token_env: A\n    user: x\n    password_env: B\n",
        "    user: x\n",
        "    password_env: B\n",
        "    tls: {key: k.pem}\n",
    ],
)
def test_contradictions_in_a_context_are_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(ConfigError):
        context(tmp_path, body)


def test_a_token_from_each_source(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("glsa_file\n")
    command = f"    token_command: [{sys.executable}, -c, \"print('glsa_command')\"]\n"
    cases = {
        "    token_env: T\n": "glsa_env",
        "    token_file: t\n": "glsa_file",
        command: "glsa_command",
        "": "glsa_default",
    }
    environ = {"T": "glsa_env", "DASHKIT_TOKEN": "glsa_default"}
    for body, expected in cases.items():
        found = credentials(context(tmp_path, body, environ), tmp_path, environ)
        assert found.token is not None
        assert found.token.reveal() == expected


def test_user_and_password_and_headers(tmp_path: Path) -> None:
    environ = {"P": "pw", "H": "hv"}
    body = "    user: me\n    password_env: P\n    headers: {X-A: plain, X-B: {env: H}}\n"
    found = credentials(context(tmp_path, body, environ), tmp_path, environ)
    assert found.user == "me"
    assert found.password is not None
    assert found.headers is not None
    assert [found.password.reveal(), found.headers["X-A"].reveal(), found.headers["X-B"].reveal()] == [
        "pw",
        "plain",
        "hv",
    ]
    assert "pw" not in repr(found)
    assert "hv" not in repr(found)


def test_a_password_may_have_any_letters_and_a_token_may_not(tmp_path: Path) -> None:
    found = credentials(context(tmp_path, "    user: jürgen\n    password_env: P\n"), tmp_path, {"P": "pässword"})
    assert found.password is not None
    assert (found.user, found.password.reveal()) == ("jürgen", "pässword")
    with pytest.raises(ConfigError, match="single-line"):
        credentials(context(tmp_path, "    token_env: P\n"), tmp_path, {"P": "pässword"})


def test_a_command_that_prints_twice_is_told_without_its_arguments(tmp_path: Path) -> None:
    body = "    token_command: \"sh -c 'echo glsa_leak; echo twice'\"\n"
    with pytest.raises(ConfigError, match="`sh` did not give") as refused:
        credentials(context(tmp_path, body), tmp_path, {})
    assert "leak" not in str(refused.value)


def test_a_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "dashkit.yaml").write_text("project: a\ncontexts:\n  on: {url: http://x}\nproject: b\n")
    with pytest.raises(ConfigError, match=r"dashkit.yaml:4: duplicate key `project`"):
        load_project(tmp_path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    token_env: MISSING\n", "MISSING is not set"),
        ("    token_file: missing\n", "No such file"),
        ("    token_command: no-such-program-here\n", "cannot be run"),
        ("    token_command: [sh, -c, 'echo glsa_leak; echo glsa_leak >&2; exit 3']\n", "exited with status 3"),
        ("    token_command: 'printf \"a\\nb\"'\n", "single-line"),
        ("    headers: {X-A: {env: MISSING}}\n", "MISSING is not set"),
    ],
)
def test_a_secret_that_cannot_be_had_is_said_without_saying_it(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        credentials(context(tmp_path, body), tmp_path, {})
    assert "glsa_leak" not in str(refused.value) + refused.value.hint
