"""Figures of your own as a tab of the page and as CSV: bytes by name, gathered over all workers.

acrida -f examples/web/more_figures.py, then open /bytes/ and its tab *Bytes*.
"""

import json
from collections import Counter

from flask import Blueprint, render_template, request
from locust import FastHttpUser, constant, events, task

bytes_by_name = Counter()
page = Blueprint("bytes", __name__, url_prefix="/bytes")


@page.route("/csv")
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

    @page.route("/")
    def page_with_a_tab():
        web_ui.template_args |= {
            "extended_tabs": [{"key": "bytes", "title": "Bytes"}],
            "extended_tables": [
                {"key": "bytes", "structure": [{"key": "name", "title": "Name"}, {"key": "bytes", "title": "Bytes"}]}
            ],
            "extended_csv_files": [{"href": "/bytes/csv", "title": "Bytes as CSV"}],
        }
        web_ui.update_template_args()
        return render_template("index.html", template_args=web_ui.template_args)

    web_ui.app.register_blueprint(page)

    # The rows of the tab travel with the statistics; the keys of tab, table and rows are the same.
    @web_ui.app.after_request
    def extend_statistics(response):
        if request.path == "/stats/requests":
            rows = [{"name": name, "bytes": count} for name, count in bytes_by_name.items()]
            response.set_data(json.dumps(response.json | {"extended_stats": [{"key": "bytes", "data": rows}]}))
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
