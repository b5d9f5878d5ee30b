"""A network between master and workers that can be cut and slowed down: namespaces of the kernel, joined by veth pairs.

The master lives in a namespace of its own; workers stay where the target is, each with a link of its own to the master.
"""

from __future__ import annotations

import itertools
import os
import subprocess

import pytest

_numbers = itertools.count(os.getpid() % 4000 * 4)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)


class Link:
    """A cable from here to the master's namespace."""

    def __init__(self, namespace: str) -> None:
        number = next(_numbers)
        self._namespace = namespace
        self._here, self._there = f"ach{number}", f"acm{number}"
        network = f"10.231.{number // 64 % 256}"
        self.master_host = f"{network}.{number % 64 * 4 + 2}"
        _run("ip", "link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", namespace)
        _run("ip", "address", "add", f"{network}.{number % 64 * 4 + 1}/30", "dev", self._here)
        _run("ip", "-n", namespace, "address", "add", f"{self.master_host}/30", "dev", self._there)
        _run("ip", "-n", namespace, "link", "set", self._there, "up")
        self.mend()

    def cut(self) -> None:
        _run("ip", "link", "set", self._here, "down")

    def mend(self) -> None:
        _run("ip", "link", "set", self._here, "up")

    def slow_down(self, kbit_per_second: int) -> None:
        """In both directions; what does not fit waits for up to two seconds and is lost then."""
        limit = ("tbf", "rate", f"{kbit_per_second}kbit", "burst", "4kb", "latency", "2s")
        _run("tc", "qdisc", "replace", "dev", self._here, "root", *limit)
        _run("ip", "netns", "exec", self._namespace, "tc", "qdisc", "replace", "dev", self._there, "root", *limit)


class Network:
    def __init__(self) -> None:
        self._namespace = f"acrida-test-{next(_numbers)}"
        try:
            _run("ip", "netns", "add", self._namespace)
            _run("ip", "netns", "exec", self._namespace, "ip", "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or error
            pytest.skip(f"no network namespaces here (they need root and iproute2): {why}".strip())

    @property
    def prefix(self) -> tuple[str, ...]:
        """In front of a command that is to run in the master's namespace."""
        return ("ip", "netns", "exec", self._namespace)

    def link(self) -> Link:
        return Link(self._namespace)

    def close(self) -> None:
        _run("ip", "netns", "delete", self._namespace)
