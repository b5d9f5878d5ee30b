"""Imported by every locustfile of the bench: reads the process's own counters at two moments of the steady state,
writes them to $BENCH_RESULT and ends the run. Works in either program."""

import json
import os
import time

import gevent
from locust import events

WARM_UP_S = float(os.environ.get("BENCH_WARM_UP_S", "1"))
LENGTH_S = float(os.environ.get("BENCH_LENGTH_S", "3"))
RESULT = os.environ.get("BENCH_RESULT", "bench-result.json")


def resident_kb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def snapshot(environment):
    total = environment.stats.total
    return {
        "cpu_s": time.process_time(),
        "wall_s": time.perf_counter(),
        "requests": total.num_requests,
        "failures": total.num_failures,
        "resident_kb": resident_kb(),
        "users": environment.runner.user_count if environment.runner else 0,
    }


def percentiles(environment):
    total = environment.stats.total
    return {
        "p50": total.get_response_time_percentile(0.5),
        "p99": total.get_response_time_percentile(0.99),
        "max": total.max_response_time,
        "requests": total.num_requests,
    }


marks = {"imported": {"clock": time.time(), "resident_kb": resident_kb()}}


@events.init.add_listener
def keep(environment, **kwargs):
    marks["environment"] = environment


@events.test_start.add_listener
def started(environment):
    marks["start"] = snapshot(environment)


@events.spawning_complete.add_listener
def spawned(user_count):
    environment = marks["environment"]
    marks["spawned"] = snapshot(environment)
    gevent.spawn(measure, environment)


def measure(environment):
    gevent.sleep(WARM_UP_S)
    marks["first"] = snapshot(environment)
    gevent.sleep(LENGTH_S)
    marks["second"] = snapshot(environment)
    marks["percentiles"] = percentiles(environment)
    write()
    environment.runner.quit()


def write():
    with open(RESULT, "w") as file:
        json.dump({name: mark for name, mark in marks.items() if name != "environment"}, file)
