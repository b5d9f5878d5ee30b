"""Users that talk Socket.IO."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import gevent
import socketio

from ..event import EventHook
from ..user import User


class SocketIOClient(socketio.Client):  # type: ignore[misc]
    """A Socket.IO client that reports connections (WS), calls (WSC), emits (WSE), sends (WSS) and messages (WSR)."""

    def __init__(self, request_event: EventHook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_event = request_event

    def connect(self, *args: Any, **kwargs: Any) -> None:
        """Connect; a failure is reported, not raised."""
        with self.request_event.measure("WS", "connect"):
            super().connect(*args, **kwargs)

    def send(
        self, data: Any, namespace: str | None = None, callback: Callable[..., Any] | None = None, name: str = "Unnamed"
    ) -> None:
        """Send a message, reported under ``name``, and, as the emit that it is, under ``message``."""
        super().send(data, namespace=namespace, callback=callback)
        self._report("WSS", name, data)

    def emit(
        self,
        event: str,
        data: Any = None,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
    ) -> None:
        """Send an event without waiting for an answer."""
        super().emit(event, data, namespace=namespace, callback=callback)
        self._report("WSE", event, data)

    def call(self, event: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Send an event and return the answer; None if that failed. Reported as a call and as the emit in it."""
        with self.request_event.measure("WSC", event):
            return super().call(event, data, *args, **kwargs)
        return None

    def on_message(self, event: str, data: str) -> None:
        """Called for each event that arrives and has no handler of its own; reports it."""
        self._report("WSR", event, data)

    def _report(self, request_type: str, name: str, data: Any) -> None:
        self.request_event.fire(
            request_type=request_type,
            name=name,
            response_time=0,
            response_length=len(data or []),
            exception=None,
            context={},
        )


class SocketIOUser(User):
    """``sio`` is a SocketIOClient; may be combined with HttpUser, which adds ``client``."""

    abstract: ClassVar[bool] = True

    #: Keyword arguments for the constructor of ``socketio.Client``.
    options: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sio = SocketIOClient(self.environment.events.request, **self.options)
        self.sio_greenlet = gevent.spawn(self.sio.wait)
        self.sio.on("*", self.sio.on_message)
