"""Plain HTTP. No other package imports requests."""

from dashkit._http.connection import Connection, Response, Settings

__all__ = ["Connection", "Response", "Settings"]
