"""Shows a bottleneck: the target is a page of acrida's own web server behind a lock that lets two in at a time.

acrida -f examples/web/slow_server.py -u 10 -r 10 --autostart, then watch the response times grow with the users.
"""

import threading
import time

from locust import FastHttpUser, constant, events, run_single_user, task

DOOR = threading.Semaphore(2)


@events.init.add_listener
def add_page(web_ui, environment, **kwargs):
    if not web_ui:
        return  # headless: there is no web server

    @web_ui.app.route("/shop/slow")
    def slow():
        with DOOR:
            time.sleep(0.02)
        return "at last"

    if not environment.host:
        environment.host = f"http://127.0.0.1:{web_ui.server.server_port}"


class Visitor(FastHttpUser):
    wait_time = constant(0.05)

    @task
    def slow(self):
        self.client.get("/shop/slow")


if __name__ == "__main__":
    run_single_user(Visitor)
