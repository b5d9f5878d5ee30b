"""The chart, rendered by Helm itself: whatever values are set, Kubernetes and acrida understand what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.cluster import Cluster, pod_of
from tests.deploy.helm import Helm, HelmRefused

CHART = Path(__file__).resolve().parents[2] / "deploy" / "helm" / "acrida"
Values = dict[str, Any]
Render = Callable[[Values], Cluster]

EVERYTHING: Values = {
    "fullnameOverride": "shop-load",
    "image": {"repository": "registry.example/acrida", "tag": "1.2", "pullSecrets": [{"name": "pull"}]},
    "loadtest": {
        "files": {"buy.py": "x = 1\n", "look.py": "y = 2\n"},
        "locustfile": "buy.py, look.py",
        "lib": {"__init__.py": ""},
        "host": "https://shop.example",
        "users": 2_000_000,
        "spawnRate": 0.5,
        "runTime": "1h30m",
        "stopTimeout": 10,
        "loglevel": "DEBUG",
        "userClasses": ["Buyer", "Visitor"],
        "tags": ["fast", "cheap"],
        "excludeTags": ["slow"],
        "args": ["--exit-code-on-error=0"],
        "environment": {"LOCUST_PRINT_STATS": True},
        "pipPackages": ["faker"],
    },
    "joinSecret": {"value": "not so secret"},
    "master": {
        "args": ["--csv=/results/run", "--html=/results/report.html"],
        "webBasePath": "/load",
        "results": {"enabled": True, "existingClaim": "results"},
        "podAnnotations": {"a": "b"},
        "nodeSelector": {"pool": "load"},
        "tolerations": [{"key": "load", "operator": "Exists"}],
    },
    "worker": {"replicas": 7, "podLabels": {"team": "shop"}, "environment": {"LOCUST_STOP_TIMEOUT": 5}},
    "service": {"type": "LoadBalancer", "annotations": {"c": "d"}},
    "ingress": {"enabled": True, "className": "nginx", "host": "load.example", "tlsSecret": "tls"},
}
CASES: dict[str, tuple[Values, set[str]]] = {
    "defaults": ({}, set()),
    "a job": ({"mode": "job"}, set()),
    "a job with a page": ({"mode": "job", "master": {"keepPage": 0}}, set()),
    "everything set": (EVERYTHING, set()),
    "everything set, as a job": ({**EVERYTHING, "mode": "job", "ingress": {"enabled": False}}, set()),
    "workers that follow the load": ({"worker": {"hpa": {"enabled": True}}}, set()),
    "config maps and a secret of one's own": (
        {
            "loadtest": {"locustfileConfigMap": "mine", "libConfigMap": "my-lib", "locustfile": "main.py"},
            "joinSecret": {"existingSecret": "mine-too", "key": "join"},
        },
        {"mine", "my-lib", "mine-too"},
    ),
}


@pytest.fixture(scope="module")
def helm() -> Iterator[Helm]:
    running = Helm(CHART)
    yield running
    running.close()


@pytest.fixture
def render(helm: Helm) -> Render:
    def rendered(values: Values) -> Cluster:
        texts = helm.template(values)
        documents = [text for name, text in texts.items() if not name.endswith("NOTES.txt")]
        return Cluster([entry for text in documents for entry in yaml.safe_load_all(text) if entry])

    return rendered


def test_helm_lint_has_no_complaint(helm: Helm) -> None:
    report = helm.lint()
    assert report["errors"] == []
    assert [message for message in report["messages"] if message["severity"] > 1] == []


@pytest.mark.parametrize("case", CASES)
def test_what_comes_out_fits_kubernetes_itself_and_acrida(case: str, render: Render) -> None:
    values, brought_along = CASES[case]
    render(values).check(brought_along)


def test_values_arrive_as_options(render: Render) -> None:
    cluster = render({**EVERYTHING, "mode": "job", "ingress": {"enabled": False}})
    master, worker = cluster.options("master"), cluster.options("worker")
    assert (master.num_users, master.spawn_rate, master.run_time, master.stop_timeout) == (2_000_000, 0.5, 5400, 10)
    assert (master.host, master.loglevel, master.web_base_path) == ("https://shop.example", "DEBUG", "/load")
    assert (master.tags, master.exclude_tags, master.csv_prefix) == (["fast", "cheap"], ["slow"], "/results/run")
    assert (master.expect_workers, master.headless, master.print_stats) == (7, True, True)
    assert (worker.worker, worker.exit_code_on_error, worker.stop_timeout, worker.csv_prefix) == (True, 0, 5, None)
    container = pod_of(cluster.named("Job", "-worker"))["containers"][0]
    assert cluster.variables(container)["LOCUST_USER_CLASSES"] == "Buyer Visitor"
    assert container["image"] == "registry.example/acrida:1.2"


def test_a_job_is_run_once_and_its_workers_may_be_started_again(render: Render) -> None:
    cluster = render({"mode": "job"})
    master, worker = cluster.named("Job", "-master"), cluster.named("Job", "-worker")
    assert (master["spec"]["backoffLimit"], pod_of(master)["restartPolicy"]) == (0, "Never")
    assert pod_of(worker)["restartPolicy"] == "OnFailure"
    assert not [service for service in cluster.of("Service") if service["metadata"]["name"].endswith("-webui")]


def test_a_changed_scenario_starts_new_pods(render: Render) -> None:
    def checksum(text: str) -> str:
        pods = render({"loadtest": {"files": {"locustfile.py": text}}}).named("Deployment", "-worker")
        found: str = pods["spec"]["template"]["metadata"]["annotations"]["checksum/scenario"]
        return found

    assert checksum("a = 1\n") != checksum("a = 2\n")


def test_the_text_of_a_scenario_arrives_unchanged(render: Render) -> None:
    text = 'x = """\n  {{ not a template }}\n\ttab: \'quoted\'"""\n# é\n'
    data = render({"loadtest": {"files": {"locustfile.py": text}}}).named("ConfigMap", "-locustfile")["data"]
    assert data["locustfile.py"].removeprefix("\n").rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mode": "jobs"}, "mode"),
        ({"worker": {"replica": 3}}, "replica"),
        ({"loadtest": {"spawnRate": 0}}, "spawnRate"),
        ({"loadtest": {"runTime": "soon"}}, "runTime"),
        ({"mode": "job", "worker": {"hpa": {"enabled": True}}}, "worker.hpa.enabled does not go with mode=job"),
        ({"mode": "job", "ingress": {"enabled": True}}, "ingress.enabled needs a page"),
        ({"joinSecret": {"value": "a", "existingSecret": "b"}}, "exclude each other"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_that_make_no_sense_are_refused_with_a_clear_word(values: Values, said: str, render: Render) -> None:
    with pytest.raises(HelmRefused, match=said):
        render(values)


def test_the_example_is_that_of_the_plain_manifests() -> None:
    plain = CHART.parents[1] / "kubernetes" / "base"
    for name in ("locustfile.py", "lib/__init__.py", "lib/names.py"):
        assert (CHART / "files" / name).read_text() == (plain / name).read_text()
