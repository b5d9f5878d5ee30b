"""Users that ask name servers through dnspython."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

import dns.query
from dns.exception import DNSException

from ..event import EventHook
from ..exception import LocustError
from ..user import User


class DNSClient:
    """Has the functions of ``dns.query`` as methods, each call reported: ``client.udp(message, server, name=...)``."""

    def __init__(self, request_event: EventHook) -> None:
        self.request_event = request_event

    def __getattr__(self, function_name: str) -> Callable[..., Any]:
        function = getattr(dns.query, function_name)

        def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
            request: dict[str, Any] = {
                "request_type": "DNS",
                "name": name or function_name,
                "response_length": 0,
                "response": None,
                "context": {},
                "exception": None,
                "start_time": time.time(),
            }
            started_at = time.perf_counter()
            try:
                request["response"] = function(*args, **kwargs)
                if not request["response"].answer:
                    request["exception"] = LocustError("No answer in DNS response")
            except DNSException as error:
                request["exception"] = error
            request["response_time"] = (time.perf_counter() - started_at) * 1000
            self.request_event.fire(**request)
            return request["response"]

        return call


class DNSUser(User):
    """``client`` is a DNSClient."""

    abstract: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = DNSClient(self.environment.events.request)
