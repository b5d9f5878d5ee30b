"""Users that never open a connection, and nothing else."""

from locust import FastHttpUser, constant, task


class Idle(FastHttpUser):
    wait_time = constant(100000)

    @task
    def nothing(self):
        pass
