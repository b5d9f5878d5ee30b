"""What the engine's errors are called in Python: the exception classes that scenarios know."""

from __future__ import annotations

import http.client
import os
import socket
from typing import Any, NamedTuple


class ExchangeError(NamedTuple):
    """The engine's account of a failed exchange (``_core.Response._exchange_error``)."""

    kind: str
    code: int
    detail: str
    peer: str
    status: int
    body_bytes: int
    connect_timeout: float
    idle_timeout: float


def _os_error(error: ExchangeError) -> OSError:
    return OSError(error.code, os.strerror(error.code) if error.code else error.detail)


def _name_error(error: ExchangeError) -> OSError:
    texts = {-2: "Name or service not known", -3: "Temporary failure in name resolution"}
    return socket.gaierror(error.code, texts.get(error.code, error.detail))


def _split_peer(peer: str) -> tuple[str, str]:
    host, _, port = peer.rpartition(":")
    return host.strip("[]"), port


def common(error: ExchangeError) -> OSError | None:
    """Failures that both clients report with the same object."""
    if error.kind in ("ConnectRefused", "ConnectFailed", "ConnectionReset"):
        return _os_error(error)
    if error.kind == "NameNotFound":
        return _name_error(error)
    return None


def _seconds(value: float) -> float | int:
    return int(value) if value == int(value) else value


def for_requests(
    error: ExchangeError, scheme: str, request: Any, encoding: str | None = None
) -> tuple[Exception, Exception]:
    """(what response.error is, what is reported) for HttpUser; the second is the first without its wrappers."""
    import requests.exceptions as req
    import urllib3.exceptions as url

    host, port = _split_peer(error.peer)
    pool: Any = f"HTTP{'S' if scheme == 'https' else ''}ConnectionPool(host={host!r}, port={port})"
    if (cause := common(error)) is not None:
        return req.ConnectionError(_no_connection(error, pool, cause, request), request=request), cause
    if error.kind == "ConnectTimeout":
        reason = url.ConnectTimeoutError(
            f"<HTTPConnection(host={host!r}, port={port})>",
            f"Connection to {host} timed out. (connect timeout={_seconds(error.connect_timeout)})",
        )
        return req.ConnectTimeout(reason, request=request), reason
    if error.kind in ("ReadTimeout", "TotalTimeout"):
        read = req.ReadTimeout(
            url.ReadTimeoutError(pool, "", f"Read timed out. (read timeout={_seconds(error.idle_timeout)})"),
            request=request,
        )
        return read, read
    if error.kind == "TlsFailed":
        tls = url.SSLError(f"[SSL] {error.detail}")
        return req.SSLError(tls, request=request), tls
    if error.kind == "ClosedBeforeAnswer":
        closed = http.client.RemoteDisconnected("Remote end closed connection without response")
        return req.ConnectionError(url.ProtocolError("Connection aborted.", closed), request=request), closed
    if error.kind == "BodyIncomplete":
        missing = url.IncompleteRead(error.body_bytes, error.code)
        broken: Exception = req.ChunkedEncodingError(
            url.ProtocolError(f"Connection broken: {missing!r}", missing), request=request
        )
        return broken, broken
    if error.kind == "MalformedEncoding":
        undecodable = req.ContentDecodingError(
            url.DecodeError(
                f"Received response with content-encoding: {encoding}, but failed to decode it.",
                _undecodable(error),
            ),
            request=request,
        )
        return undecodable, undecodable
    if error.kind == "TooManyRedirects":
        loop = req.TooManyRedirects(f"Exceeded {error.code} redirects.", request=request)
        return loop, loop
    if error.kind == "MalformedAnswer" and error.status:
        bad_body = req.ChunkedEncodingError(url.ProtocolError(f"Connection broken: {error.detail}"), request=request)
        return bad_body, bad_body
    if error.kind in ("MalformedAnswer", "AnswerTooLarge"):
        bad = http.client.BadStatusLine(error.detail)
        return req.ConnectionError(url.ProtocolError("Connection aborted.", bad), request=request), bad
    other = req.ConnectionError(error.detail or error.kind, request=request)
    return other, other


def _undecodable(error: ExchangeError) -> Exception:
    import zlib

    return zlib.error(f"Error -3 while decompressing data: {error.detail}")


def _no_connection(error: ExchangeError, pool: Any, cause: OSError, request: Any) -> Exception:
    """What urllib3 says when it has given up."""
    import urllib3.exceptions as url

    if error.kind == "ConnectionReset":
        return url.ProtocolError("Connection aborted.", cause)
    host, port = _split_peer(error.peer)
    connection: Any = f"HTTPConnection(host={host!r}, port={port})"
    reason: Exception = (
        url.NameResolutionError(host, connection, cause)
        if isinstance(cause, socket.gaierror)
        else url.NewConnectionError(connection, f"Failed to establish a new connection: {cause}")
    )
    return url.MaxRetryError(pool, request.path_url if request is not None else "", reason)


def for_fast(error: ExchangeError, url: str, max_retries: int = 0) -> Exception:
    """What FastHttpUser reports; ``max_retries`` is what its session allows, whatever the call was allowed."""
    import ssl

    from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError
    from geventhttpclient.useragent import RetriesExceeded

    if error.kind in ("ClosedBeforeAnswer", "ConnectionReset"):
        return HTTPConnectionClosed("connection closed.")
    if (cause := common(error)) is not None:
        return cause
    if error.kind in ("ConnectTimeout", "ReadTimeout", "TotalTimeout"):
        return RetriesExceeded(url, max_retries, original=TimeoutError("timed out"))
    if error.kind == "Cancelled":
        return RetriesExceeded(url, max_retries, original=TimeoutError(error.detail))
    if error.kind == "TlsFailed":
        return ssl.SSLError(1, error.detail)
    if error.kind == "BodyIncomplete":
        return HTTPParseError("Incomplete response.")
    if error.kind == "MalformedEncoding":
        return _undecodable(error)
    if error.kind == "TooManyRedirects":
        return RetriesExceeded(url, f"Redirection limit reached ({error.code})")
    return HTTPParseError(error.detail or error.kind)
