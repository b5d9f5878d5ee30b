"""Step through a scenario in an editor or in pdb: start this file as a program, with breakpoints in the tasks.

python examples/debug_one_user.py
"""

import acrida.as_locust  # only needed where a file is started by python itself  # noqa: F401
from locust import HttpUser, constant, run_single_user, task
from locust.exception import StopUser


class Visitor(HttpUser):
    host = "http://127.0.0.1:8000"
    wait_time = constant(0.1)
    rounds = 0

    @task
    def look_around(self):
        self.client.get("/")
        self.rounds += 1
        if self.rounds == 3:
            raise StopUser


class Buyer(Visitor):
    @task
    def ask_for_nothing(self):
        self.client.get("/items/999")
        raise StopUser


if __name__ == "__main__":
    # One after the other; each call returns when its user has stopped.
    run_single_user(Visitor)
    run_single_user(Buyer, include_length=True, include_time=True)
    print("done")
