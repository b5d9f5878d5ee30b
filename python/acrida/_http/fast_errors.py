"""Errors of FastHttpUser's client that are geventhttpclient's, which is imported when one of them is needed."""

from __future__ import annotations

import zlib
from ssl import SSLError
from typing import Any

import gevent
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import BadStatusCode, ConnectionError


class LocustBadStatusCode(BadStatusCode):
    """A status that does not count as a success; its repr leaves the URL out so that errors group."""

    __module__ = "acrida.contrib.fasthttp"

    def __init__(self, url: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(url, *args, **kwargs)

    def __repr__(self) -> str:
        return f"LocustBadStatusCode(code={self.code})"

    def __str__(self) -> str:
        return f"URL {self.url}: code={self.code}"


#: What becomes a failed request instead of an exception in the task.
FAILURE_EXCEPTIONS = (ConnectionError, OSError, SSLError, gevent.Timeout, HTTPConnectionClosed, zlib.error)
