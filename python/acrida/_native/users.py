"""The native users of a runner: started, counted and ended beside its greenlets."""

from __future__ import annotations

import atexit
import logging
import random
import weakref
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import gevent

from .. import _core
from ..event import listener_failed

if TYPE_CHECKING:
    from ..runners import Runner
    from ..user import User

logger = logging.getLogger("locust.runners")
task_logger = logging.getLogger("locust.user.task")
scenario_logger = logging.getLogger("acrida.scenario")

_COLLECT_EVERY = 0.2  # seconds
_LOOK_EVERY = 0.01  # while users are leaving


class NativeUsers:
    """One per runner; the threads exist from the first native user of a test to the end of the test."""

    def __init__(self, runner: Runner) -> None:
        self._runner = weakref.proxy(runner)
        self._crowd: _core.NativeCrowd | None = None
        self._names: list[str] = []
        self._collector: Any = None
        self._filtered: set[str] = set()
        self._hosts: dict[str, str] = {}  # where users of each class send what they send
        self._edited: set[str] = set()  # whose tasks were chosen on the page
        self._counters: dict[str, int] = {}
        atexit.register(_end, weakref.ref(self))

    # Counting

    def alive(self) -> int:
        """How many live."""
        return sum(self.count(name) for name in self._names)

    def count(self, name: str) -> int:
        """How many of the class live."""
        return self.staying(name) + self._leaving(name)

    def staying(self, name: str) -> int:
        """How many of the class live and were not asked to stop."""
        return self._crowd.staying(self._names.index(name)) if self._crowd and name in self._names else 0

    def counts_staying(self) -> dict[str, int]:
        """Those of each class."""
        return {name: self.staying(name) for name in self._names}

    def _leaving(self, name: str) -> int:
        return self._crowd.leaving(self._names.index(name)) if self._crowd and name in self._names else 0

    # Coming and going

    def spawn(self, user_class: type[User], count: int) -> None:
        """Start that many."""
        if self._crowd is None:
            self._begin()
        assert self._crowd is not None
        self._follow_host(user_class)
        self._crowd.spawn(self._names.index(user_class.__name__), count)

    def ask_to_stop(self, counts: dict[str, int]) -> None:
        """The youngest end: waiting ones at once, others after their task; see wait_until_gone()."""
        for name, count in counts.items():
            if self._crowd and name in self._names:
                self._crowd.ask_to_stop(self._names.index(name), count)

    def wait_until_gone(self, timeout: float) -> None:
        """Give those who leave ``timeout`` seconds, kill the rest, and wait until all are gone."""
        crowd = self._crowd
        if crowd is None:
            return
        try:
            with gevent.Timeout(timeout or 0.0001, False):  # type: ignore[arg-type]
                self._watch_leaving()
            if self._leave_count():
                if timeout:
                    logger.info(
                        "Not all users finished their tasks & terminated in %s seconds. Stopping them...", timeout
                    )
                crowd.kill_leaving()
                self._watch_leaving()
        finally:
            self.collect()

    def _leave_count(self) -> int:
        return sum(self._leaving(name) for name in self._names)

    def _watch_leaving(self) -> None:
        while self._leave_count():
            gevent.sleep(_LOOK_EVERY)
            self.collect()

    def end(self) -> None:
        """The test is over and all have gone: what they counted is in the statistics, their threads end."""
        if self._crowd is None:
            return
        if self._collector is not None:
            self._collector.kill(block=False)
        self._collector = None
        self.collect(everything=True)
        self._fire("test_stop")
        crowd, self._crowd, self._names = self._crowd, None, []
        self._counters = crowd.counters()
        crowd.stop()

    def counters(self) -> dict[str, int]:
        """What the threads sent in this test, as the counters of the engine."""
        return self._crowd.counters() if self._crowd is not None else self._counters

    def fire_spawning_complete(self, user_count: int) -> None:
        """Tell the listeners in C++, and have what was counted so far where a reset of the statistics finds it."""
        if self._crowd is not None:
            self.collect(everything=True)
            self._fire("spawning_complete", user_count)

    # Edits

    def class_edited(self, user_class: type[User], attributes: Iterable[str]) -> None:
        """Attributes of a class were changed: what is picked and spawned from now on is as they say."""
        scenario, name = scenario_of(user_class), user_class.__name__
        if scenario is None:
            return
        if "tasks" in attributes:
            self._edited.add(name)
            scenario.set_tasks(name, _weights(user_class))
        if "host" in attributes:
            self._hosts[name] = user_class.host or ""
            scenario.set_host(name, self._hosts[name])
        if self._crowd is not None:
            self._crowd.class_edited(name, "host" in attributes)

    def _follow_host(self, user_class: type[User]) -> None:
        # A start in mid-run may name another host, which the classes have by now.
        name, host = user_class.__name__, user_class.host or ""
        if host != self._hosts[name]:
            self.class_edited(user_class, ["host"])

    # The threads

    def _begin(self) -> None:
        environment = self._runner.environment
        include, exclude = environment._tag_set("tags"), environment._tag_set("exclude_tags")
        classes: list[tuple[_core.NativeScenario, str]] = []
        for user_class in self._runner.user_classes:
            scenario, name = scenario_of(user_class), user_class.__name__
            if scenario is None:
                continue
            if (include or exclude) and name not in self._filtered:
                self._filtered.add(name)
                scenario.filter(name, sorted(include or ()), sorted(exclude or ()))
            # Python's tags know nothing of what is inside of a set in C++: after tags, only an edit has the last word.
            if name in self._edited or not (include or exclude):
                scenario.set_tasks(name, _weights(user_class))
            self._hosts[name] = user_class.host or ""
            scenario.set_host(name, self._hosts[name])
            classes.append((scenario, name))
        threads = getattr(environment.parsed_options, "threads", None) or 1
        self._names = [name for _, name in classes]
        self._crowd = _core.NativeCrowd(classes, "", threads, random.SystemRandom().getrandbits(63))
        self._fire("test_start")
        self._collector = gevent.spawn(self._collect_forever)

    def _scenarios(self) -> Iterable[_core.NativeScenario]:
        scenarios = (scenario_of(user_class) for user_class in self._runner.user_classes)
        return {id(scenario): scenario for scenario in scenarios if scenario is not None}.values()

    def _fire(self, event: str, user_count: int = 0) -> None:
        for scenario in self._scenarios():
            try:
                scenario.fire(event, user_count)
            except RuntimeError as error:
                listener_failed(error)

    def _collect_forever(self) -> None:
        while self._crowd is not None:
            gevent.sleep(_COLLECT_EVERY)
            self.collect()
            for sentence in self._crowd.look_for_blockers() if self._crowd else ():
                logger.warning(sentence)

    def collect(self, everything: bool = False) -> None:
        """Take over what the threads have counted; ``everything`` up to this moment."""
        if self._crowd is None:
            return
        errors, lines = self._crowd.collect(self._runner.stats._core, everything)
        for is_error, text in lines:
            scenario_logger.log(logging.ERROR if is_error else logging.INFO, text)
        for count, message, place in errors:
            task_logger.error("%s%s\n%s", message, f" ({count} times)" if count > 1 else "", place)
            self._runner._log_native_exceptions(message, place, count)


def _weights(user_class: type[User]) -> list[tuple[str, int]]:
    return list(Counter(task.__name__ for task in user_class.tasks).items())


def scenario_of(user_class: type[User]) -> _core.NativeScenario | None:
    """Where a class in C++ comes from; None for one in Python."""
    return getattr(user_class, "_native_scenario", None)


def _end(reference: weakref.ref[NativeUsers]) -> None:
    users = reference()
    if users is not None and users._crowd is not None:
        users._crowd.stop()
