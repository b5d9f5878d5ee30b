"""Ends the run early when too much fails: a greenlet of your own watches the statistics."""

import logging

import gevent
from locust import FastHttpUser, constant, events, task
from locust.runners import STATE_CLEANUP, STATE_STOPPED, STATE_STOPPING, WorkerRunner

MOST_FAILURES = 0.3
ENOUGH_REQUESTS = 30


def watch(environment):
    while environment.runner.state not in (STATE_STOPPING, STATE_STOPPED, STATE_CLEANUP):
        total = environment.runner.stats.total
        if total.num_requests >= ENOUGH_REQUESTS and total.fail_ratio > MOST_FAILURES:
            logging.error("%.0f %% failed: the run ends here", 100 * total.fail_ratio)
            environment.process_exit_code = 3
            environment.runner.quit()
            return
        gevent.sleep(0.1)


@events.test_start.add_listener
def begin_to_watch(environment, **kwargs):
    if not isinstance(environment.runner, WorkerRunner):  # the whole figures are at the master
        gevent.spawn(watch, environment)


class Visitor(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def flaky(self):
        self.client.get("/flaky")
