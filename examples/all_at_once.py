"""Users gather at the door and begin at the same moment, when the last one is there."""

import gevent.lock
from locust import FastHttpUser, constant, events, task

door = gevent.lock.Semaphore()
door.acquire()


@events.spawning_complete.add_listener
def open_door(user_count, **kwargs):
    door.release()


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        door.wait()

    @task
    def rush(self):
        self.client.get("/")
