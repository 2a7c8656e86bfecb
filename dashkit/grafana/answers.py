"""Check Grafana's answers: return them, or raise an error that says what to do."""

from __future__ import annotations

from dashkit import _json
from dashkit._http import Response, checking
from dashkit.errors import InputError, ServerError


def message_of(response: Response) -> str:
    """Return the server's message, in either of its forms (``{"message"}``, a Kubernetes Status), or else the status."""
    try:
        value = _json.parse(response.content)
    except InputError:
        return f"HTTP {response.status}"
    text = value.get("message") if isinstance(value, dict) else None
    return " ".join(str(text).split())[:500] if text else f"HTTP {response.status}"


def expect(response: Response, *allowed: int) -> Response:
    """Return ``response`` if it succeeded or has one of the ``allowed`` statuses. Otherwise raise `ServerError`."""
    if response.ok or response.status in allowed:
        return response
    raise failure(response)


def failure(response: Response) -> ServerError:
    """Return the error for an answer, with a hint that fits its status."""
    status, message, hint = response.status, message_of(response), ""
    check = checking(response.context)
    if status == 401 or (status == 400 and "Invalid username or password" in message):  # 400 on 10
        hint = f"the token or password is wrong, has expired, or belongs to another organisation: {check}"
    elif status == 403:
        hint = f"the credentials do not allow it; to see what they allow: {check}"
    elif response.is_web_page:
        hint = "this is a web page: a proxy in front, or a URL without Grafana's sub-path?"
    known = message != f"HTTP {status}" and not response.is_web_page
    text = f"Grafana answered {status}" + (f": {message}" if known else "")
    return ServerError(text, status=status, where=response.where, hint=hint)
