"""The hub's side of the web server: takes what the control thread cannot answer by itself."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event

from .. import log
from .messages import Message, WebRequest, json_reply
from .wsgi import Responses

if TYPE_CHECKING:
    from ..web import WebUI

logger = logging.getLogger("locust.web")


_desks: weakref.WeakSet[Desk] = weakref.WeakSet()


def _leave_to_the_parent() -> None:
    """In a forked child: a wake-up that it takes would be missed by its parent, whose messages they are."""
    for desk in list(_desks):
        desk._watcher.stop()


os.register_at_fork(after_in_child=_leave_to_the_parent)


class Desk:
    """One greenlet reads the messages in their order; whatever may take time gets a greenlet of its own."""

    def __init__(self, web_ui: WebUI) -> None:
        self._web_ui = web_ui
        self._site = web_ui._site
        self._bell = Event()
        self._watcher = gevent.get_hub().loop.io(self._site.descriptor, 1)
        self._responses = Responses(self._site)
        self._greenlet = gevent.spawn(self._read)
        self._has_failed: set[str] = set()
        _desks.add(self)

    def start(self) -> None:
        """From now on messages wake the hub."""
        self._watcher.start(self._bell.set)

    def close(self) -> None:
        """Messages stay where they are."""
        self._watcher.stop()
        self._watcher.close()
        self._greenlet.kill(block=False)

    def _read(self) -> None:
        while True:
            self._bell.wait()
            self._bell.clear()
            messages = [Message(*fields) for fields in self._site.take()]
            self._refresh([message for message in messages if message.kind == "refresh"])
            for message in messages:
                self._dispatch(message)

    def _refresh(self, messages: list[Message]) -> None:
        """Once for all who have asked."""
        if not messages:
            return
        for part in sorted({part for message in messages for part in message.parts}):
            self._guarded(part, self._web_ui._push, part)
        self._guarded("policy", self._web_ui._push_policy)
        self._guarded("logs", self._web_ui._push_log_lines)
        self._site.let_go_of_old_tests()
        self._site.refreshed([message.id for message in messages])

    def _guarded(self, what: str, function: Callable[..., None], *args: Any) -> None:
        try:
            function(*args)
        except Exception:
            if what not in self._has_failed:  # it would come with every request
                self._has_failed.add(what)
                logger.exception("The web page shows an old state of its part '%s', since this failed:", what)

    def _dispatch(self, message: Message) -> None:
        if message.kind == "change":
            gevent.spawn(self._change, message)
        elif message.kind == "gate":
            gevent.spawn(self._gate, message)
        elif message.kind == "wsgi":
            self._responses.start(message.id, self._web_ui.app, WebRequest(*message.request))
        elif message.kind == "body":
            request = WebRequest(*message.request)
            self._responses.on_body(message.id, request.body, not request.has_more)
        elif message.kind == "drained":
            self._responses.on_drained(message.id)
        elif message.kind == "gone":
            self._responses.on_gone(message.id)

    def _change(self, message: Message) -> None:
        try:
            status, headers, body = self._web_ui._change(
                message.path, message.fields, WebRequest(*message.request).body
            )
        except Exception:
            log.unhandled_greenlet_exception = True
            logger.exception("A request to %s failed:", message.path)
            status, headers, body = json_reply(500, {"success": False, "message": "Internal Server Error: see the log"})
            if message.path == "/swarm":
                self._site.end_start()
        finally:
            # Whoever reads after this answer sees what has changed, however late the hub may be then.
            for part in ("status", "page", "tasks", "exceptions"):
                self._guarded(part, self._web_ui._push, part)
        self._site.answer(message.id, status, headers, body)

    def _gate(self, message: Message) -> None:
        try:
            refusal = self._web_ui._gate(WebRequest(*message.request))
        except Exception:
            logger.exception("Whether a request may pass could not be told:")
            refusal = (500, [("Content-Type", "text/plain")], b"Internal Server Error")
        if refusal is None:
            self._site.allow(message.id)
        else:
            self._site.answer(message.id, *refusal)
