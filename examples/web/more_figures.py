"""Figures of your own beside acrida's: bytes by name, gathered over all workers, as a page and as CSV.

acrida -f examples/web/more_figures.py, then open /bytes.
"""

from collections import Counter

from flask import Blueprint, jsonify
from locust import FastHttpUser, constant, events, task

bytes_by_name = Counter()
page = Blueprint("bytes", __name__)


@page.route("/bytes")
def as_json():
    return jsonify(bytes_by_name)


@page.route("/bytes.csv")
def as_csv():
    lines = [f"{name},{count}" for name, count in sorted(bytes_by_name.items())]
    return "\n".join(["name,bytes", *lines]), 200, {"Content-Type": "text/csv"}


@events.init.add_listener
def add_pages(environment, web_ui, **kwargs):
    @environment.events.request.add_listener
    def count(name, response_length, **kwargs):
        bytes_by_name[name] += response_length

    if not web_ui:
        return
    web_ui.app.register_blueprint(page)

    @web_ui.app.after_request
    def extend_statistics(response):
        from flask import request

        if request.path == "/stats/requests" and response.is_json:
            data = response.get_json()
            data["bytes_by_name"] = dict(bytes_by_name)
            response.set_data(jsonify(data).get_data())
        return response


# A worker adds its part to each report, the master adds them up.


@events.report_to_master.add_listener
def send(client_id, data):
    data["bytes_by_name"] = dict(bytes_by_name)
    bytes_by_name.clear()


@events.worker_report.add_listener
def receive(client_id, data):
    bytes_by_name.update(data["bytes_by_name"])


@events.reset_stats.add_listener
def start_over():
    bytes_by_name.clear()


class Visitor(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def page(self):
        self.client.get("/")

    @task
    def things(self):
        self.client.get("/items")
