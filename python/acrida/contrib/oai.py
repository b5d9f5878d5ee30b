"""Users of the OpenAI API, through its own SDK."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, ClassVar

if "OPENAI_API_KEY" not in os.environ:
    raise Exception("You need to set OPENAI_API_KEY env var to use OpenAIUser")

import httpx
from openai import OpenAI

from ..event import EventHook
from ..user import User


class OpenAIClient(OpenAI):
    """The SDK's client; every HTTP answer is a request whose length is the number of output tokens."""

    def __init__(self, request_event: EventHook, user: User, *args: Any, **kwargs: Any) -> None:
        self.request_name: str | None = None
        self.user = user
        self.request_event = request_event
        hooks: dict[str, list[Any]] = {"request": [self._on_sent], "response": [self._on_answered]}
        # The SDK also takes clients of httpx; its annotations name those of httpx2 only.
        super().__init__(*args, **kwargs, http_client=httpx.Client(event_hooks=hooks))  # type: ignore[arg-type]

    def _on_sent(self, request: httpx.Request) -> None:
        request.extensions["acrida_start_time"] = time.time()
        request.extensions["acrida_started_at"] = time.perf_counter()

    def _on_answered(self, response: httpx.Response) -> None:
        request = response.request
        failure = None
        response.read()
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            failure = error
        self.request_event.fire(
            request_type=request.method,
            name=self.request_name or request.url.path,
            context={},
            response=response,
            exception=failure,
            start_time=request.extensions["acrida_start_time"],
            response_time=(time.perf_counter() - request.extensions["acrida_started_at"]) * 1000,
            response_length=_output_tokens(response),
            url=str(request.url),
        )

    @contextmanager
    def rename_request(self, name: str) -> Generator[None]:
        """Report the requests of the block under ``name``."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None


def _output_tokens(response: httpx.Response) -> int:
    try:
        return int(response.json()["usage"]["output_tokens"])
    except (ValueError, KeyError, TypeError):
        return 0


class OpenAIUser(User):
    """``client`` is an OpenAIClient."""

    abstract: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = OpenAIClient(self.environment.events.request, user=self)
