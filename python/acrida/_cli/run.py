"""The run itself: start it, limit its time, end it in order."""

from __future__ import annotations

import logging
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event

from .. import log, stats
from ..runners import MasterRunner
from ..stats import StatsCSVFileWriter
from . import keys, live_view, outputs, page, swarm
from .interrupts import Interrupts

if TYPE_CHECKING:
    from gevent import Greenlet

    from ..env import Environment
    from ..runners import Runner
    from .processes import Children

logger = logging.getLogger("locust.main")


class Run:
    """One run of the command, from the moment when environment and runner exist."""

    def __init__(
        self, environment: Environment, csv_writer: StatsCSVFileWriter | None, children: Children | None = None
    ) -> None:
        assert environment.runner is not None and environment.parsed_options is not None
        self.environment = environment
        self.options: Namespace = environment.parsed_options
        self.runner: Runner = environment.runner
        self._csv_writer = csv_writer
        self._children = children
        self._ended = Event()
        self._helpers: list[Greenlet[..., Any]] = []
        self._interrupts = Interrupts(self._ended.set, shape=environment.shape_class is not None)

    def main(self) -> int:
        """Start the test, wait for its end, print the results, and return the exit code."""
        self._interrupts.install()
        if self.environment.web_ui:
            page.open_page(self.environment.web_ui, self.options)
        self._spawn_printers()
        try:
            self._start_and_wait()
        except KeyboardInterrupt:
            # Raised in a user, by itself or because it never gave up its turn, and handed on by the hub.
            logger.info("A user was ended by KeyboardInterrupt")
        finally:
            self._interrupts.noticed()
        return self._shut_down()

    def _start_and_wait(self) -> None:
        if (self.options.headless or self.options.autostart) and not self.options.worker:
            self._start_when_ready()
        if not self.options.worker:
            self._helpers.append(gevent.spawn(keys.listener(self.environment)))
        gevent.spawn(self._join)
        self._ended.wait()

    def _join(self) -> None:
        web_ui = self.environment.web_ui
        (web_ui or self.runner).greenlet.join()
        self._ended.set()

    # Start

    def _start_when_ready(self) -> None:
        if isinstance(self.runner, MasterRunner):
            self._spawn_helper(self._start_swarm, self.runner)
        else:
            self._start()

    def _start_swarm(self, master: MasterRunner) -> None:
        # The workers of a run that is resumed are at work already; the master waits for them by itself.
        code = None if master.is_resumed else swarm.wait_for_workers(master, self.options, self._children)
        if code is None:
            self._start()
            return
        self.environment.process_exit_code = code
        self._ended.set()

    def _start(self) -> None:
        options = self.options
        # The loop's clock stood still while everything was loaded: timers would fire that much too early.
        gevent.get_hub().loop.update_now()
        if options.headless and options.autostart:
            logger.info("The --autostart argument is implied by --headless, no need to set both.")
        options.num_users = options.num_users if options.num_users is not None else 1
        options.spawn_rate = options.spawn_rate if options.spawn_rate is not None else 1
        if self.environment.shape_class:
            self._start_shape()
            return
        if isinstance(self.runner, MasterRunner) and self.runner.is_resumed:
            logger.info("Going on with the run in %s", options.resume)
        elif isinstance(self.runner, MasterRunner):
            # A master waits for the end of its ramp; the limit counts from the start.
            self._spawn_helper(self.runner.start, options.num_users, options.spawn_rate)
        else:
            self.runner.start(options.num_users, options.spawn_rate)
        if options.run_time:
            logger.info("Run time limit set to %s seconds", options.run_time)
            self._limit_run_time(options.run_time)
        else:
            logger.info("No run time limit set, use CTRL+C to interrupt")

    def _limit_run_time(self, seconds: float) -> None:
        timer = gevent.spawn_later(seconds, self._on_time_limit)
        self._helpers.append(timer)
        if self.environment.web_ui is None:
            return
        self.environment.web_ui._shown.run_time = seconds
        # Whoever stops this test on the page, and starts another one, does not want our limit for that.
        self.environment.events.test_stopping.add_listener(lambda environment, **_: _cancel(timer))

    def _start_shape(self) -> None:
        self.runner.start_shape()
        shape_greenlet = self.runner.shape_greenlet
        if shape_greenlet is not None:
            self._helpers.append(gevent.spawn(self._after_shape, shape_greenlet))

    def _after_shape(self, shape_greenlet: Greenlet[..., Any]) -> None:
        shape_greenlet.join()
        if not self._ended.is_set():
            self._end_of_test("Shape test completed")

    def _on_time_limit(self) -> None:
        self._end_of_test("--run-time limit reached")

    def _end_of_test(self, reason: str) -> None:
        if self.options.headless:
            logger.info("%s, shutting down", reason)
            self.runner.quit()
            return
        logger.info("%s, stopping test", reason)
        self.runner.stop()
        if self.options.autoquit >= 0:
            gevent.sleep(self.options.autoquit)
            logger.info("--autoquit time reached, shutting down")
            self.runner.quit()
            self._ended.set()
        else:
            logger.info("--autoquit not specified, leaving web ui running indefinitely")

    # Periodic output

    def _spawn_printers(self) -> None:
        options = self.options
        if options.worker:
            return
        if live_view.is_wanted(options):
            self._spawn_helper(live_view.LiveView(self.environment))
        elif (options.print_stats or options.headless) and not options.only_summary:
            self._spawn_helper(stats.stats_printer(self.environment.stats))
        self._spawn_helper(stats.stats_history, self.runner)
        if self._csv_writer:
            self._spawn_helper(self._csv_writer)

    def _spawn_helper(self, function: Any, *args: Any) -> None:
        greenlet = gevent.spawn(function, *args)
        greenlet.link_exception(log.greenlet_exception_logger(logger))
        self._helpers.append(greenlet)

    # End

    def _shut_down(self) -> int:
        logger.debug("Running teardowns...")
        self.environment.events.quitting.fire(environment=self.environment, reverse=True)
        code = self.exit_code()
        logger.info("Shutting down (exit code %s)", code)
        outputs.stop_printers(self._helpers)
        if self.environment.web_ui:
            self.environment.web_ui.stop()
        self.runner.quit()
        # Who asked for a file and has none hears it from the exit code, too.
        if not self.options.worker and not outputs.write_final(self.environment, self.options):
            code = code or 1
        self.environment.events.quit.fire(exit_code=code)
        if self._csv_writer and not outputs.close_csv(self._csv_writer):
            code = code or 1
        return self._children.finish(code) if self._children else code

    def exit_code(self) -> int:
        """What the shell gets, as far as it can be told now."""
        if self.environment.process_exit_code is not None:
            return self.environment.process_exit_code
        if self.runner.errors or self.runner.exceptions:
            return int(self.options.exit_code_on_error)
        return 2 if log.unhandled_greenlet_exception else 0


def _cancel(timer: Greenlet[..., Any]) -> None:
    if timer is not gevent.getcurrent():
        timer.kill(block=False)
