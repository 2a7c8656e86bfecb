"""Plain HTTP. No other package imports requests."""

from dashkit._http.connection import Connection, Response, Settings
from dashkit._http.errors import checking

__all__ = ["Connection", "Response", "Settings", "checking"]
