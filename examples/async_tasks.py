"""`async def` tasks beside blocking ones: each user has a small event loop of its own on the same hub."""

import asyncio

from locust import FastHttpUser, constant, task


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    async def think_then_look(self):
        await asyncio.gather(asyncio.sleep(0.01), asyncio.sleep(0.02))
        self.client.get("/", name="async")

    @task
    def just_look(self):
        self.client.get("/", name="blocking")
