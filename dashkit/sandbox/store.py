"""The sandbox's data, in one SQLite file or in memory."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from dashkit import _json
from dashkit.errors import InputError
from dashkit.sandbox.records import Dashboard, Folder, Identity, StoredRule

#: To be raised with each change of the tables.
_FORM = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS folder (
  uid TEXT PRIMARY KEY, id INTEGER NOT NULL, title TEXT NOT NULL, parent TEXT NOT NULL, version INTEGER NOT NULL,
  created TEXT NOT NULL, updated TEXT NOT NULL, author TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS dashboard (
  uid TEXT PRIMARY KEY, id INTEGER NOT NULL, title TEXT NOT NULL, folder TEXT NOT NULL, version INTEGER NOT NULL,
  api TEXT NOT NULL, tags TEXT NOT NULL, spec BLOB NOT NULL, manager TEXT NOT NULL DEFAULT '',
  created TEXT NOT NULL, updated TEXT NOT NULL, created_by TEXT NOT NULL, updated_by TEXT NOT NULL,
  message TEXT NOT NULL, status BLOB NOT NULL, revision INTEGER NOT NULL, clients TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dashboard_version (
  uid TEXT NOT NULL, version INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER NOT NULL, restored INTEGER NOT NULL,
  message TEXT NOT NULL, created TEXT NOT NULL, author TEXT NOT NULL, api TEXT NOT NULL, spec BLOB NOT NULL,
  status BLOB NOT NULL, folder TEXT NOT NULL, revision INTEGER NOT NULL, clients TEXT NOT NULL, PRIMARY KEY (uid, id));
CREATE TABLE IF NOT EXISTS datasource (uid TEXT PRIMARY KEY, id INTEGER NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS alert_rule (
  uid TEXT PRIMARY KEY, folder TEXT NOT NULL, rule_group TEXT NOT NULL, place INTEGER NOT NULL, seconds INTEGER NOT NULL,
  provenance TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS annotation (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS service_account (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, disabled INTEGER NOT NULL, uid TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS document (
  kind TEXT NOT NULL, key TEXT NOT NULL, id INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS token (hash TEXT PRIMARY KEY, id INTEGER NOT NULL, account INTEGER NOT NULL, name TEXT NOT NULL);
"""
#: Grafana's default for versions_to_keep.
_KEEP_VERSIONS = 20


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """The data of one organisation. All access goes through one connection and one lock, as in Grafana with SQLite."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(str(path) if path else ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._lock = RLock()
        self._check_form(path)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_FORM}")

    def _check_form(self, path: Path | None) -> None:
        """Refuse a file whose tables are those of another dashkit, and leave it as it is."""
        empty = self._one("SELECT name FROM sqlite_master LIMIT 1") is None
        form = self._db.execute("PRAGMA user_version").fetchone()[0]
        if not empty and form != _FORM:
            self._db.close()
            hint = f"give another folder to --data, or remove it: rm {path}"
            raise InputError("another version of dashkit wrote this data", where=str(path), hint=hint)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all of the block's changes, or none if it fails."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def next_id(self, name: str) -> int:
        row = self._one(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value", name
        )
        assert row is not None
        return int(row["value"])

    def next_revision(self) -> int:
        """Return a number of 16 digits that is larger than all before: the time, in microseconds."""
        row = self._one(
            "INSERT INTO counter VALUES ('revision', ?) "
            "ON CONFLICT (name) DO UPDATE SET value = MAX(value + 1, excluded.value) RETURNING value",
            time.time_ns() // 1000,
        )
        assert row is not None
        return int(row["value"])

    def revision(self) -> int:
        """Return the number of the last write."""
        row = self._one("SELECT value FROM counter WHERE name = 'revision'")
        return int(row["value"]) if row else 0

    # folders

    def folder(self, uid: str) -> Folder | None:
        row = self._one("SELECT * FROM folder WHERE uid = ?", uid)
        return Folder(**dict(row)) if row else None

    def folders(self) -> list[Folder]:
        return [Folder(**dict(row)) for row in self._all("SELECT * FROM folder ORDER BY title COLLATE NOCASE, id")]

    def put_folder(self, folder: Folder) -> None:
        self._put("folder", *astuple(replace(folder, revision=self.next_revision())))

    def ancestors(self, uid: str) -> list[Folder]:
        """Return the folders from the root down to the parent of ``uid``."""
        chain: list[Folder] = []
        current = self.folder(uid)
        while current and current.parent and (current := self.folder(current.parent)):
            chain.insert(0, current)
        return chain

    def delete_folder(self, uid: str) -> None:
        """Delete a folder and everything in it."""
        for child in [folder.uid for folder in self.folders() if folder.parent == uid]:
            self.delete_folder(child)
        for row in self._all("SELECT uid FROM dashboard WHERE folder = ?", uid):
            self.delete_dashboard(row["uid"])
        self._run("DELETE FROM folder WHERE uid = ?", uid)
        self._run("DELETE FROM document WHERE kind = 'folder-permissions' AND key = ?", uid)

    # dashboards

    def dashboard(self, uid: str) -> Dashboard | None:
        row = self._one("SELECT * FROM dashboard WHERE uid = ?", uid)
        return _dashboard(row) if row else None

    def dashboards(self, below: int | None = None, limit: int = -1) -> Iterator[Dashboard]:
        """Yield the dashboards with an id less than ``below``, newest first."""
        bound = below if below is not None else 2**62
        rows = self._all("SELECT * FROM dashboard WHERE id < ? ORDER BY id DESC LIMIT ?", bound, limit)
        return (_dashboard(row) for row in rows)

    def dashboards_by_name(self, after: str, limit: int) -> Iterator[Dashboard]:
        """Yield the dashboards with a uid after ``after``, in the order of their uids."""
        return map(_dashboard, self._all("SELECT * FROM dashboard WHERE uid > ? ORDER BY uid LIMIT ?", after, limit))

    def hits(self) -> list[Dashboard]:
        """Return all dashboards without their documents, sorted by title."""
        names = "uid, id, title, folder, version, api, tags, manager, created, updated, created_by, updated_by"
        columns = f"{names}, message, revision, clients, '{{}}' AS spec, '{{}}' AS status"
        rows = self._all(f"SELECT {columns} FROM dashboard ORDER BY title COLLATE NOCASE, id")  # noqa: S608 - constants
        return [_dashboard(row) for row in rows]

    def by_title(self, title: str, folder: str) -> Dashboard | None:
        row = self._one("SELECT * FROM dashboard WHERE title = ? AND folder = ?", title, folder)
        return _dashboard(row) if row else None

    def put_dashboard(self, dashboard: Dashboard, *, message: str, author: str, restored: int = 0) -> Dashboard:
        """Store a version of a dashboard, add it to the history, and return it with its revision."""
        dashboard = replace(dashboard, message=message, revision=self.next_revision())
        uid, version = dashboard.uid, dashboard.version
        spec, status = _json.compact(dashboard.spec), _json.compact(dashboard.status)
        clients = _json.compact(dashboard.clients).decode()
        self._put(
            "dashboard", uid, dashboard.id, dashboard.title, dashboard.folder, version, dashboard.api,
            _json.compact(dashboard.tags).decode(), spec, dashboard.manager, dashboard.created, dashboard.updated,
            dashboard.created_by, dashboard.updated_by, message, status, dashboard.revision, clients,
        )  # fmt: skip
        self._put(
            "dashboard_version", uid, version, self.next_id("version"), version - 1, restored, message,
            dashboard.updated, author, dashboard.api, spec, status, dashboard.folder, dashboard.revision, clients,
        )  # fmt: skip
        self._run("DELETE FROM dashboard_version WHERE uid = ? AND version <= ?", uid, version - _KEEP_VERSIONS)
        return dashboard

    def delete_dashboard(self, uid: str) -> None:
        self._run("DELETE FROM dashboard WHERE uid = ?", uid)
        self._run("DELETE FROM dashboard_version WHERE uid = ?", uid)
        self._run("DELETE FROM document WHERE kind IN ('dashboard-permissions', 'public-dashboard') AND key = ?", uid)

    def versions(self, uid: str) -> list[dict[str, Any]]:
        """Return the versions of a dashboard, newest first."""
        rows = self._all("SELECT * FROM dashboard_version WHERE uid = ? ORDER BY id DESC", uid)
        return [
            {**dict(row), **{name: _json.parse(row[name]) for name in ("spec", "status", "clients")}} for row in rows
        ]

    # datasources

    def datasources(self) -> list[dict[str, Any]]:
        return self._bodies("SELECT body FROM datasource ORDER BY name COLLATE NOCASE")

    def put_datasource(self, body: dict[str, Any]) -> None:
        self._put("datasource", body["uid"], body["id"], body["name"], _json.compact(body))

    def delete_datasource(self, uid: str) -> None:
        self._run("DELETE FROM datasource WHERE uid = ?", uid)

    # alert rules and annotations

    def rules(self) -> list[StoredRule]:
        """Return all rules, group by group, in their order."""
        columns = 'uid, folder, rule_group AS "group", place, seconds AS interval, provenance, body'
        rows = self._all(f"SELECT {columns} FROM alert_rule ORDER BY folder, rule_group, place")  # noqa: S608 - constants
        return [StoredRule(**{**dict(row), "body": _json.parse(row["body"])}) for row in rows]

    def put_rules(self, folder: str, group: str, rules: list[StoredRule]) -> None:
        """Replace the rules of a group."""
        with self.transaction():
            self._run("DELETE FROM alert_rule WHERE folder = ? AND rule_group = ?", folder, group)
            for rule in rules:
                place = (rule.uid, folder, group, rule.place, rule.interval, rule.provenance)
                self._put("alert_rule", *place, _json.compact(rule.body))

    def delete_rule(self, uid: str) -> None:
        self._run("DELETE FROM alert_rule WHERE uid = ?", uid)

    def add_annotation(self, body: dict[str, Any]) -> int:
        number = self.next_id("annotation")
        self._put("annotation", number, _json.compact({**body, "id": number}))
        return number

    def annotations(self) -> list[dict[str, Any]]:
        """Return all annotations, newest first."""
        return self._bodies("SELECT body FROM annotation ORDER BY id DESC")

    # everything else: documents by kind and key

    def documents(self, kind: str) -> list[dict[str, Any]]:
        """Return the documents of a kind in the order of their creation."""
        return self._bodies("SELECT body FROM document WHERE kind = ? ORDER BY id", kind)

    def document(self, kind: str, key: str) -> dict[str, Any] | None:
        row = self._one("SELECT body FROM document WHERE kind = ? AND key = ?", kind, key)
        return _json.parse(row["body"]) if row else None

    def put_document(self, kind: str, key: str, body: dict[str, Any]) -> None:
        """Store a document. One that is changed keeps its place in the order."""
        self._run(
            "INSERT INTO document VALUES (?, ?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            kind, key, self.next_id("document"), _json.compact(body),
        )  # fmt: skip

    def delete_document(self, kind: str, key: str) -> None:
        self._run("DELETE FROM document WHERE kind = ? AND key = ?", kind, key)

    # identities

    def add_account(self, name: str, role: str, *, disabled: bool, uid: str) -> int:
        number = self.next_id("user") + 1  # the admin is 1
        self._put("service_account", number, name, role, disabled, uid)
        return number

    def accounts(self) -> list[dict[str, Any]]:
        """Return the service accounts with the numbers of their tokens."""
        rows = self._all(
            "SELECT a.*, (SELECT COUNT(*) FROM token t WHERE t.account = a.id) AS tokens FROM service_account a ORDER BY name"
        )
        return [dict(row) for row in rows]

    def change_account(self, number: int, *, role: str, disabled: bool) -> None:
        self._run("UPDATE service_account SET role = ?, disabled = ? WHERE id = ?", role, disabled, number)

    def account(self, number: int) -> dict[str, Any] | None:
        row = self._one("SELECT * FROM service_account WHERE id = ?", number)
        return dict(row) if row else None

    def add_token(self, account: int, name: str) -> tuple[int, str]:
        """Return a new token's id and the token itself, of which only a hash is stored."""
        number, key = self.next_id("token"), f"glsa_{secrets.token_urlsafe(24)}"
        self._put("token", hashed(key), number, account, name)
        return number, key

    def has_token(self, name: str) -> bool:
        return self._one("SELECT 1 FROM token WHERE name = ?", name) is not None

    def identity_of(self, token: str) -> Identity | None:
        row = self._one(
            "SELECT a.* FROM token t JOIN service_account a ON a.id = t.account WHERE t.hash = ? AND NOT a.disabled",
            hashed(token),
        )
        return Identity(f"sa-1-{row['name']}", row["role"], row["id"]) if row else None

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _bodies(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [_json.parse(row["body"]) for row in self._all(sql, *values)]

    def _put(self, table: str, *values: Any) -> None:
        marks = ", ".join("?" * len(values))
        self._run(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", *values)  # noqa: S608 - names of our own tables

    def _run(self, sql: str, *values: Any) -> None:
        with self._lock:
            self._db.execute(sql, values)


def hashed(secret: str) -> str:
    """Return the hash that stands for a token or password in the store."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _dashboard(row: sqlite3.Row) -> Dashboard:
    return Dashboard(
        **{**dict(row), **{name: _json.parse(row[name]) for name in ("spec", "tags", "status", "clients")}}
    )
