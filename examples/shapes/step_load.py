"""More users every few seconds until the time is over; the numbers come from the command line."""

import math

from locust import FastHttpUser, LoadTestShape, constant, events, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--step-seconds", type=float, default=1)
    parser.add_argument("--step-users", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3)


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/")


class Stairs(LoadTestShape):
    def tick(self):
        options = self.runner.environment.parsed_options
        step = math.floor(self.get_run_time() / options.step_seconds) + 1
        if step > options.steps:
            return None
        return step * options.step_users, options.step_users
