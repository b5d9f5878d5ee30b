"""The guide's examples for the operators: acrida accepts what their pods are given."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.nodes import options_of

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "deployment.md"
# What locust-k8s-operator adds to the commands of its resource.
MASTER_WORDS = (
    "--master --master-port=5557 --expect-workers=4 --autostart --autoquit 60 --enable-rebalancing --only-summary"
)
WORKER_WORDS = "--worker --master-port=5557 --master-host=shop-master"


def resources() -> dict[str, Any]:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.S)
    found = [yaml.safe_load(block) for block in blocks]
    return {entry["apiVersion"]: entry["spec"] for entry in found if entry["kind"] == "LocustTest"}


def test_the_first_operator_gives_master_and_workers_the_same_arguments() -> None:
    words = shlex.split(resources()["locust.io/v1"]["args"])
    master = options_of(["--master", *words], {})
    worker = options_of(["--worker", "--master-host", "shop-master", *words], {})
    assert (master.autostart, master.autoquit, master.num_users) == (True, 60, 500)
    assert (worker.master_host, worker.num_users) == ("shop-master", 500)


@pytest.mark.parametrize("component", ["master", "worker"])
def test_the_second_operator_adds_arguments_of_its_own(component: str) -> None:
    spec = resources()["locust.io/v2"]
    added = {"master": MASTER_WORDS, "worker": WORKER_WORDS}[component]
    options = options_of([*shlex.split(spec[component]["command"]), *added.split()], {})
    assert getattr(options, component)
    assert options.locustfile == "/lotest/src/locustfile.py"
    if component == "master":
        assert (options.expect_workers, options.run_time) == (spec["worker"]["replicas"], 300)


def test_what_the_guide_names_is_there() -> None:
    deploy = GUIDE.parents[2] / "deploy"
    for path in re.findall(r"deploy/([\w./-]+)", GUIDE.read_text()):
        assert list(deploy.glob(path.rstrip("./"))) or list(deploy.glob(f"{path}*")), path
