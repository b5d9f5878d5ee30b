"""What the web page costs: `/stats/requests` with 1,000 names, and twenty viewers of the live state.

CPU time of the server is taken from the control thread alone (/proc/PID/task/TID/stat), so other work of the process
does not count. The statistics change all the time: every name gets requests while viewers watch.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests

LOCUSTFILE = """
import itertools, gevent
from locust import User, task, constant, events
class Many(User):
    wait_time = constant(1000)
    @task
    def fill(self):
        fire = self.environment.events.request.fire
        for i in range(1000):
            fire(request_type="GET", name=f"/item/{i}", response_time=i % 97, response_length=10, exception=None)
        for i in itertools.count():
            for name in range(10):  # a site in use: some names are busy at any time
                fire(request_type="GET", name=f"/item/{(i * 10 + name) % 1000}", response_time=7, response_length=10,
                     exception=None)
            gevent.sleep(0.1)
"""


def thread_seconds(pid: int, name: str) -> float:
    """User and system time of the thread of that name."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    raise AssertionError(f"no thread {name}")


def run_page(folder: Path, measure: Callable[[int, str, bool], float], quick: bool) -> float:
    """`measure(pid, url, quick)` with a run of 1,000 names whose page is open."""
    (folder / "locustfile.py").write_text(LOCUSTFILE)
    command = [sys.executable, "-m", "acrida", "--web-host", "127.0.0.1", "--web-port", "0", "--autostart"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            url = ""
            for line in process.stderr:
                if found := re.search(r"Starting web interface at (\S+),", line):
                    url = found[1]
                    break
            threading.Thread(target=process.stderr.read, daemon=True).start()
            while _requests(url) < 1000:
                time.sleep(0.1)
            return measure(process.pid, url, quick)
        finally:
            process.terminate()


def _requests(url: str) -> int:
    return int(requests.get(url + "/stats/requests", timeout=10).json()["stats"][-1]["num_requests"])


def ms_per_stats_request(pid: int, url: str, quick: bool) -> float:
    """CPU time of the control thread for one answer."""
    session, count = requests.Session(), 20 if quick else 300
    before = thread_seconds(pid, "acrida-control")
    for _ in range(count):
        session.get(url + "/stats/requests", timeout=10)
    return (thread_seconds(pid, "acrida-control") - before) / count * 1000


def percent_of_core_with_viewers(pid: int, url: str, quick: bool) -> float:
    """The control thread's share of a core while twenty viewers follow the stream."""
    for _ in range(20):
        viewer = requests.get(url + "/events", stream=True, timeout=30)
        threading.Thread(target=_follow, args=(viewer,), daemon=True).start()
    time.sleep(2)  # the snapshots
    before, begun = thread_seconds(pid, "acrida-control"), time.monotonic()
    time.sleep(3 if quick else 20)
    return (thread_seconds(pid, "acrida-control") - before) / (time.monotonic() - begun) * 100


def _follow(viewer: requests.Response) -> None:
    try:
        for _ in viewer.iter_content(65536):
            pass
    except requests.RequestException:
        pass  # the program has ended
