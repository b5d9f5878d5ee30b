"""Three kinds of users, up and down, with spawn rates below one user a second."""

from locust import FastHttpUser, LoadTestShape, constant, task


class Kind(FastHttpUser):
    abstract = True
    wait_time = constant(0.1)

    @task
    def front_page(self):
        self.client.get("/", name=type(self).__name__)


class One(Kind):
    weight = 1


class Two(Kind):
    weight = 2


class Three(Kind):
    weight = 3


class UpAndDown(LoadTestShape):
    #: (until second, users, users per second)
    stages = ((1, 12, 12), (2, 6, 12), (3, 7, 0.25), (4, 0, 20))

    def tick(self):
        run_time = self.get_run_time()
        return next(((users, rate) for until, users, rate in self.stages if run_time < until), None)
