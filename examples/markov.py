"""What comes next depends on where one is: a visitor who rather reads on than leaves."""

from locust import FastHttpUser, MarkovTaskSet, constant, transition, transitions


class Visit(MarkovTaskSet):
    @transition("listing")
    def front_page(self):
        self.client.get("/")

    @transitions({"reading": 5, "front_page": 1})
    def listing(self):
        self.client.get("/items")

    @transitions(["front_page", ("reading", 2), "listing"])
    def reading(self):
        self.client.get("/items/7", name="/items/[id]")


class Visitor(FastHttpUser):
    wait_time = constant(0.05)
    tasks = [Visit]
