"""Judge an answer of Grafana: pass it on, or raise a failure that says what to do."""

from __future__ import annotations

from dashkit import _json
from dashkit._http import Response
from dashkit.errors import InputError, ServerError


def message_of(response: Response) -> str:
    """What the server says, in either of its forms (``{"message"}``, a Kubernetes Status); else the status."""
    try:
        value = _json.parse(response.content)
    except InputError:
        return f"HTTP {response.status}"
    text = value.get("message") if isinstance(value, dict) else None
    return " ".join(str(text).split())[:500] if text else f"HTTP {response.status}"


def expect(response: Response, *allowed: int) -> Response:
    """``response`` if it succeeded or has one of the statuses that the caller handles; else `ServerError`."""
    if response.ok or response.status in allowed:
        return response
    raise failure(response)


def failure(response: Response) -> ServerError:
    """The failure for an answer, with the hint that its status calls for."""
    status = response.status
    looks_like_html = response.content[:15].lstrip()[:1] == b"<" or response.content_type.startswith("text/html")
    hint = ""
    if status == 401 or (status == 400 and "Invalid username or password" in message_of(response)):  # 400 on 10
        hint = "the token or password is wrong, has expired, or belongs to another organisation: dashkit context check"
    elif status == 403:
        hint = "the credentials do not allow it; what they allow: dashkit context check"
    elif looks_like_html:
        hint = "this is a web page: a proxy in front, or a URL without Grafana's sub-path?"
    text = f"HTTP {status}" if looks_like_html else message_of(response)
    return ServerError(f"Grafana answered {status}: {text}" if text != f"HTTP {status}" else f"Grafana answered {status}",
                       status=status, where=response.where, hint=hint)  # fmt: skip
