"""Options of your own: acrida -f examples/custom_arguments.py --buyer anna (or BUYER=anna in the environment)."""

from locust import FastHttpUser, constant, events, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--buyer", env_var="BUYER", default="dora", help="who logs in")


class Buyer(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def log_in(self):
        self.client.post("/login", json={"user": self.environment.parsed_options.buyer, "password": "secret"})
