"""A load test inside a program of your own, without the command line.

python examples/as_library.py http://127.0.0.1:8000
"""

import sys

import acrida.as_locust  # makes the names below mean acrida  # noqa: F401
import gevent
from locust import HttpUser, constant, task
from locust.env import Environment
from locust.log import setup_logging
from locust.stats import stats_history, stats_printer


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/")


def main(host, seconds):
    setup_logging("INFO")
    environment = Environment(user_classes=[Visitor], host=host)
    runner = environment.create_local_runner()
    page = environment.create_web_ui("127.0.0.1", 0)  # leave this out if nobody looks
    environment.events.init.fire(environment=environment, runner=runner, web_ui=page)

    gevent.spawn(stats_printer(environment.stats))
    gevent.spawn(stats_history, runner)
    runner.start(user_count=5, spawn_rate=5)
    gevent.spawn_later(seconds, runner.quit)
    runner.greenlet.join()

    page.stop()
    total = environment.stats.total
    print(f"{total.num_requests} requests, {total.num_failures} failed")
    return 0 if total.num_requests and not total.num_failures else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 2))
