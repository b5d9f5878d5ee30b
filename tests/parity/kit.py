"""What a library case finds in its namespace, built from the public API alone. Runs inside either program."""

from __future__ import annotations

import logging
from typing import Any

import gevent
import gevent.event
import locust
from locust.env import Environment
from locust.event import Events
from locust.exception import StopUser

NAMES = (
    "User",
    "HttpUser",
    "FastHttpUser",
    "TaskSet",
    "SequentialTaskSet",
    "MarkovTaskSet",
    "task",
    "tag",
    "transition",
    "transitions",
    "between",
    "constant",
    "constant_pacing",
    "constant_throughput",
    "LoadTestShape",
    "events",
)


EVENT_KEYS = {
    "context",
    "exception",
    "name",
    "request_type",
    "response",
    "response_length",
    "response_time",
    "start_time",
    "url",
}


class LogKeeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[list[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append([record.levelname, record.name, record.getMessage().split("\n")[0]])


class Kit:
    """One per case. Its public methods and a few names of locust are the namespace of the case."""

    def __init__(self, target: str):
        self.target = target
        self.notes: list[Any] = []
        self.finished = gevent.event.Event()
        self.keeper = LogKeeper()

    def namespace(self) -> dict[str, Any]:
        tools = {
            name: getattr(self, name)
            for name in ("note", "go", "finish", "attempt", "attack", "logs", "target", "environment", "repr_of")
        }
        return {
            "__name__": "case",
            "gevent": gevent,
            "Environment": Environment,
            "Events": Events,
            "StopUser": StopUser,
            "locust": locust,
            **{name: getattr(locust, name) for name in NAMES},
            **tools,
        }

    def note(self, *parts: Any) -> None:
        self.notes.append(parts)

    def finish(self) -> None:
        self.finished.set()

    def attempt(self, name: str, call: Any) -> Any:
        """Notes what `call` returns, or which exception it raised."""
        try:
            result = call()
        except Exception as error:
            self.note(name, "raised", type(error).__name__, str(error))
            return None
        self.note(name, result)
        return result

    def repr_of(self, error: Any) -> str | None:
        return None if error is None else repr(error)

    def environment(self, *classes: type, **options: Any) -> Environment:
        return Environment(user_classes=list(classes), events=options.pop("events", None) or Events(), **options)

    def logs(self, *names: str) -> list[list[str]]:
        """Log lines so far, of loggers whose name starts with one of `names`."""
        return [line for line in self.keeper.lines if line[1].startswith(names)]

    def go(
        self, *classes: type, users: int | None = None, rate: float = 100, on_ready: Any = None, **options: Any
    ) -> Environment:
        """Runs until finish() or until every user has ended by itself; quits; gives the environment back."""
        env = self.environment(*classes, **options)
        runner = env.create_local_runner()
        if on_ready:
            on_ready(env)
        runner.start(len(classes) if users is None else users, rate)
        gevent.sleep(0)
        runner.spawning_greenlet.join()
        while not self.finished.is_set() and len(runner.user_greenlets):
            gevent.sleep(0.002)
        runner.quit()
        return env

    def attack(
        self,
        base: type,
        act: Any,
        host: str | None = None,
        on_ready: Any = None,
        fields: tuple[str, ...] = (),
        **attributes: Any,
    ) -> Environment:
        """One user calls act(user) once. Notes what it raised, each request event, and the statistics."""

        def ready(env: Environment) -> None:
            env.events.request.add_listener(lambda **event: self._note_event(event, fields))
            if on_ready:
                on_ready(env)

        def once(user: Any) -> None:
            try:
                act(user)
            except StopUser:
                raise
            except Exception as error:
                self.note("raised", type(error).__name__, str(error).split("\n")[0])
            raise StopUser

        user_class = type(
            "Attacker", (base,), {"host": self.target if host is None else host, "tasks": [once], **attributes}
        )
        env = self.go(user_class, on_ready=ready)
        for key, entry in sorted(env.stats.entries.items()):
            self.note("stats", *key, entry.num_requests, entry.num_failures, entry.total_content_length)
        for error in sorted(env.stats.errors.values(), key=lambda one: (one.name, one.method)):
            self.note("error", error.method, error.name, error.to_name(), error.occurrences)
        return env

    def _note_event(self, event: dict[str, Any], fields: tuple[str, ...]) -> None:
        self.note(
            "event",
            event["request_type"],
            event["name"],
            event["response_length"],
            self.repr_of(event["exception"]),
            event.get("url"),
            *(event[name] for name in fields),
        )
        if set(event) != EVENT_KEYS:
            self.note("keywords of the event", sorted(event))
