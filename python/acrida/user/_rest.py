"""``rest()`` and ``rest_()``: calls of JSON APIs whose answer is checked in a with-block."""

from __future__ import annotations

import json
import re
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

RestResponseT = TypeVar("RestResponseT")

_BODY_SHOWN = 200
_UNPARSABLE_SHOWN = 250


class RestMixin(Generic[RestResponseT]):
    """Adds ``rest()`` and ``rest_()`` to a user with an HTTP ``client``."""

    client: Any

    @contextmanager
    def rest(
        self, method: str, url: str, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Generator[RestResponseT]:
        """Send a request and yield its response, the parsed body in ``js`` (None if there is none).

        Whatever goes wrong in the block, a failed ``assert`` included, becomes a failed request with a text that
        says what and where; no exception leaves the block. ``kwargs`` go to ``client.request``.
        """
        sent_headers = {"Content-Type": "application/json", "Accept": "application/json"} | (headers or {})
        with self.client.request(method, url, catch_response=True, headers=sent_headers, **kwargs) as response:
            response.js = _parse(response)
            try:
                yield response
            except AssertionError as error:
                response.failure(_assertion_text(error, response))
            except Exception as error:
                response.failure(_exception_text(error, response))

    @contextmanager
    def rest_(self, method: str, url: str, name: str | None = None, **kwargs: Any) -> Generator[RestResponseT]:
        """As ``rest()``, with a changing ``_`` parameter that defeats caches."""
        separator = "&" if "?" in url else "?"
        unique_url = f"{url}{separator}_={int(time.time() * 1000)}"
        with self.rest(method, unique_url, name=name or f"{url}{separator}_=...", **kwargs) as response:
            yield response


def _parse(response: Any) -> Any:
    if not response.content:
        if getattr(response, "error", None):
            response.failure(str(response.error))
        return None
    try:
        return response.json()
    except (json.JSONDecodeError, ValueError) as error:
        response.failure(
            f"Could not parse response as JSON. {response.text[:_UNPARSABLE_SHOWN]}, "
            f"response code {response.status_code}, error {error}"
        )
        return None


def _body_of(response: Any) -> str:
    return (response.text or "")[:_BODY_SHOWN]


def _assertion_text(error: AssertionError, response: Any) -> str:
    text = str(error.args[0]) if error.args else "Assertion failed"
    if text.endswith(","):
        return f"{text[:-1]}, response was {_body_of(response)}"
    return text


def _exception_text(error: Exception, response: Any) -> str:
    places = [
        f"{_without_home(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__
    ]
    return f"{type(error).__name__}: {error} at {', '.join(places)}. Response was {_body_of(response)}"


def _without_home(path: str) -> str:
    return re.sub(r"^/(home|Users)/[^/]+/", "~/", path)
