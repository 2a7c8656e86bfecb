"""HTTP as such: the only importer of requests."""

from dashkit._http.connection import Connection, Response, Settings

__all__ = ["Connection", "Response", "Settings"]
