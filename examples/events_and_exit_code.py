"""Hooks around a run, and a verdict for CI: the exit code is 1 if too many requests failed or were slow."""

import logging

from locust import FastHttpUser, constant, events, task

MOST_FAILURES = 0.2
SLOWEST_P95_MS = 500


@events.test_start.add_listener
def say_hello(environment, **kwargs):
    logging.info("shooting at %s", environment.host)


@events.request.add_listener
def watch_for_surprises(response_time, name, exception, **kwargs):
    if not exception and response_time > 10 * SLOWEST_P95_MS:
        logging.warning("%s took %.0f ms", name, response_time)


@events.quitting.add_listener
def judge(environment, **kwargs):
    total = environment.stats.total
    p95_ms = total.get_response_time_percentile(0.95)
    is_good = total.fail_ratio <= MOST_FAILURES and p95_ms <= SLOWEST_P95_MS
    logging.info("%.1f %% failed, 95 %% within %s ms", 100 * total.fail_ratio, p95_ms)
    environment.process_exit_code = 0 if is_good else 1


class Visitor(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def flaky(self):
        self.client.get("/flaky")  # every tenth answer of the built-in target is a 500
