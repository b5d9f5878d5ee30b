"""Task sets within task sets: a visitor who now and then reads for a while before moving on."""

from locust import FastHttpUser, TaskSet, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task(2)
    def front_page(self):
        self.client.get("/")

    @task(1)
    class Reading(TaskSet):
        wait_time = constant(0.05)  # a task set may have a pace of its own

        def on_start(self):
            self.pages_read = 0

        @task
        def next_page(self):
            self.client.get(f"/items/{self.pages_read}", name="/items/[id]")
            self.pages_read += 1
            if self.pages_read == 4:
                self.interrupt(reschedule=False)
