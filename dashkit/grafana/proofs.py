"""What an answer must contain to prove a write. A login page or a gateway's own JSON also comes with status 200."""

from __future__ import annotations

import re
from typing import Any

from dashkit._http import Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect

#: Members of the answer, by method and path; ``message`` must say what was done. As recorded from 10.1, 11.6, 12.3 and 12.4.
_PROOFS: tuple[tuple[str, str, str], ...] = (
    ("POST", "/api/dashboards/db", "uid version"),
    ("POST|PUT", "/apis/.*", "metadata spec"),
    ("DELETE", "/apis/.*", "kind"),
    ("POST|PUT", "/api/folders(/[^/]+(/move)?)?", "uid title"),
    ("POST|PATCH", "/api/library-elements(/.*)?", "result"),
    ("POST|PUT", "/api/datasources(/uid/[^/]+)?", "datasource"),
    ("POST", "/api/datasources/uid/[^/]+/correlations", "result"),
    ("POST|PATCH", "/api/dashboards/uid/[^/]+/public-dashboards/.*", "uid"),
    ("POST|PUT", "/api/playlists(/.*)?", "uid"),
    ("POST", "/api/snapshots", "key"),
    ("POST", "/api/annotations", "id"),
    ("POST", "/api/orgs", "orgId"),
    ("POST", "/api/admin/users", "id"),
    ("POST", "/api/teams", "teamId"),
    ("POST", "/api/serviceaccounts", "id"),
    ("PATCH", "/api/serviceaccounts/.*", "id"),
    ("POST", "/api/v1/provisioning/alert-rules", "uid"),
    ("PUT", "/api/v1/provisioning/folder/.*", "rules title"),
    ("POST", "/api/v1/provisioning/contact-points", "uid"),
    ("POST|PUT", "/api/v1/provisioning/(mute-timings|templates)(/.*)?", "name"),
    ("DELETE", "/api/v1/provisioning/policies", "receiver"),
    ("DELETE", "/api/v1/provisioning/(alert-rules|mute-timings|templates)/.*", ""),
)
_COMPILED = tuple((re.compile(method), re.compile(path), members.split()) for method, path, members in _PROOFS)
_DONE = re.compile(r"updated|added|created|deleted|removed|enabled|disabled|reset|saved", re.IGNORECASE)


def proved(answer: Response, method: str, path: str, *allowed: int) -> Any:
    """Return the answer to a write as JSON.

    Returns:
        None if the answer is empty, and this endpoint may send an empty one, or if it has one of the ``allowed`` statuses.

    Raises:
        ServerError: the write failed. The status is 0, as for no answer, if it succeeded but the answer is not what this endpoint
            sends: then the caller has to check what is stored.
    """
    if not expect(answer, *allowed).ok:
        return None
    members = next(
        (names for verb, place, names in _COMPILED if verb.fullmatch(method) and place.fullmatch(path)), None
    )
    if not answer.content.strip() and members in (None, []):
        return None
    try:
        value = answer.object()
    except ServerError as error:
        raise ServerError(f"{error.message} ({answer.status})", where=answer.where, hint=error.hint) from None
    if members is None:
        members = [] if _DONE.search(str(value.get("message") or "")) else ["message"]
    lacking = [name for name in members if value.get(name) in (None, "") or name == "message"]
    if lacking:
        raise ServerError(
            f"answered {answer.status}, but not as Grafana does ({', '.join(lacking)} is missing)", where=answer.where,
            hint="does a proxy or gateway in front answer for it?",
        )  # fmt: skip
    return value
