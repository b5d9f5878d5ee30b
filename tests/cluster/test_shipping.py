"""A whole directory on its way to workers that have nothing but ``-f -``."""

from __future__ import annotations

from pathlib import Path

from acrida._shipping import archive

from tests.cluster.swarm import Swarm, reported
from tests.support.program import NOTES, Outcome, Running

SHOP = (
    NOTES
    + """
import os, gevent
from locust import FastHttpUser, constant, events, task
from locust.runners import MasterRunner
from pages.items import PATH
from common import helper

class Buyer(FastHttpUser):
    wait_time = constant(0.02)
    @task
    def ok(self): self.client.get(PATH)

def content(path): return open(path).read() if os.path.exists(path) else None

@events.init.add_listener
def begin(environment, runner, **kwargs):
    if isinstance(runner, MasterRunner):
        runner.register_message("found", lambda environment, msg: note("found", *msg.data))

@events.test_start.add_listener
def start(environment, runner=None, **kwargs):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment.runner)
    else:
        beside = content(os.path.join(os.path.dirname(os.path.abspath(__file__)), "users.csv"))
        environment.runner.send_message("found", [beside, content("users.csv"), helper.NAME])

def end(runner):
    while not runner.stats.total.num_requests: gevent.sleep(0.02)
    runner.quit()
"""
)


def shop(folder: Path) -> Path:
    for path, text in {
        "shop/locustfile.py": SHOP, "shop/pages/__init__.py": "", "shop/pages/items.py": "PATH = '/ok'",
        "shop/users.csv": "anna", "common/__init__.py": "", "common/helper.py": "NAME = 'helper'",
    }.items():  # fmt: skip
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def begin(swarm: Swarm, folder: Path, *options: str, **env: str) -> tuple[Running, Running]:
    worker = swarm.worker("worker", "-f", "-", locustfile=None, **env)
    master = swarm.start(
        folder.name, None, "--master", "--master-bind-port", str(swarm.port), "--headless", "--only-summary",
        "--json", "--expect-workers", "1", "-H", swarm.target.url, "-u", "2", "-r", "10", "-s", "10",
        *options, **env,
    )  # fmt: skip
    return master, worker


def run(swarm: Swarm, folder: Path, *options: str, **env: str) -> tuple[Outcome, Outcome]:
    master, worker = begin(swarm, folder, *options, **env)
    return master.finish(), worker.finish()


def test_a_directory_arrives_with_packages_and_data(swarm: Swarm, tmp_path: Path) -> None:
    done, worker = run(swarm, shop(tmp_path / "master"), "-f", "shop", LOCUST_JOIN_SECRET="open sesame")
    assert (done.exit_code, worker.exit_code) == (0, 0), worker.stderr
    assert reported(done) == swarm.target.hits() > 0
    assert done.noted("found") == [["anna", None, "helper"]]  # a worker stays where it was started


def test_a_shipped_directory_is_where_a_worker_works(swarm: Swarm, tmp_path: Path) -> None:
    folder = shop(tmp_path / "master")
    (folder / "users.csv").write_text("bela")
    done, worker = run(swarm, folder, "-f", "shop/locustfile.py", "--ship", ".")
    assert (done.exit_code, worker.exit_code) == (0, 0), worker.stderr
    assert reported(done) == swarm.target.hits() > 0
    assert done.noted("found") == [["anna", "bela", "helper"]]


def test_too_much_is_an_error_on_both_sides(swarm: Swarm, tmp_path: Path) -> None:
    folder = shop(tmp_path / "master")
    with open(folder / "shop" / "big.bin", "wb") as file:
        file.truncate(archive.MOST_BYTES + 1)
    master, refused = begin(swarm, folder, "-f", "shop")
    worker = refused.finish()
    master.interrupt()  # it goes on waiting for workers that have the files
    done = master.finish()
    assert worker.exit_code == 1
    assert "Got error from master: the master cannot send its locustfiles" in worker.stderr
    assert "big.bin" in done.stderr
