"""The compose files: valid for the specification, and understood by acrida."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from tests.deploy.nodes import options_of

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
Service = dict[str, Any]


class Loader(yaml.SafeLoader):
    """Knows compose's own tag `!reset`, by which a second file takes away what the first has said."""


Loader.add_constructor("!reset", lambda loader, node: None)


def load(name: str, **shell: str) -> dict[str, Service]:
    """The services of a file, with `${NAME:-default}` filled in from these variables."""

    def value(match: re.Match[str]) -> str:
        return shell.get(match[1]) or match[2] or ""

    text = re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", value, (DEPLOY / name).read_text())
    services: dict[str, Service] = yaml.load(text, Loader)["services"]
    return services


def variables(service: Service, **shell: str) -> dict[str, str]:
    """What a container finds in its environment; a name without a value is taken over from the shell."""
    named = {name: shell.get(name) if value is None else value for name, value in service["environment"].items()}
    return {name: value for name, value in named.items() if value is not None}


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.headless.yml"])
def test_they_keep_to_the_specification(name: str) -> None:
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (DEPLOY / name).read_text()).replace("!reset []", "[]")
    plain = yaml.safe_load(text)
    compose_spec.ComposeSpecification.model_validate(plain)


def test_master_and_workers_understand_what_they_are_given() -> None:
    services = load("docker-compose.yml")
    shell = {"LOCUST_HOST": "https://shop.example", "LOCUST_USERS": "5", "LOCUST_JOIN_SECRET": "x"}
    master = options_of(services["master"]["command"], variables(services["master"], **shell))
    worker = options_of(services["worker"]["command"], variables(services["worker"], **shell))
    assert (master.master, master.num_users, master.host) == (True, 5, "https://shop.example")
    assert (worker.worker, worker.master_host) == (True, "master"), "the worker looks for the service of that name"
    assert services["master"]["ports"] == [f"8089:{master.web_port}"]
    assert "ports" not in services["worker"], "several workers cannot have one port"
    for service in services.values():
        scenarios, inside, mode = service["volumes"][0].split(":")
        assert (inside, mode) == ("/mnt/locust", "ro")
        assert (DEPLOY / scenarios / Path(master.locustfile).name).is_file()


def test_what_the_shell_does_not_set_is_not_set() -> None:
    master = load("docker-compose.yml")["master"]
    assert list(variables(master)) == ["LOCUST_LOCUSTFILE"]


def test_the_headless_test_waits_for_as_many_workers_as_there_are_and_ends() -> None:
    base = load("docker-compose.yml", WORKERS="4")
    extra = load("docker-compose.headless.yml", WORKERS="4")
    assert set(extra) <= set(base)
    shell = {"LOCUST_RUN_TIME": "5m"}
    master = options_of(extra["master"]["command"], variables(base["master"], **shell))
    assert (master.master, master.headless, master.run_time) == (True, True, 300)
    assert master.expect_workers == base["worker"]["deploy"]["replicas"] == 4
    assert extra["master"]["restart"] == extra["worker"]["restart"] == "no"
    results = extra["master"]["volumes"][0].split(":")[1]
    assert master.csv_prefix.startswith(results) and master.html_file.startswith(results)
