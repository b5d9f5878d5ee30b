"""Any piece of code can be a row of the statistics: a block with `measure`, or a decorator of your own."""

import functools
import time

from locust import User, constant, events, task


def measured(method):
    """Reports the task under its own name; what it raises is reported and goes on."""

    @functools.wraps(method)
    def run(self):
        started_at, exception = time.perf_counter(), None
        try:
            return method(self)
        except Exception as error:
            exception = error
            raise
        finally:
            events.request.fire(
                request_type="code",
                name=method.__name__,
                response_time=(time.perf_counter() - started_at) * 1000,  # milliseconds
                response_length=0,
                exception=exception,
                context=self.context(),
            )

    return run


class Worker(User):
    wait_time = constant(0.1)

    @task
    def in_two_steps(self):
        with self.environment.events.request.measure("step", "sort"):
            sorted(range(1000), reverse=True)
        with self.environment.events.request.measure("step", "nap") as meta:
            time.sleep(0.01)
            meta["response_length"] = 8

    @task
    @measured
    def as_a_whole(self):
        time.sleep(0.01)
