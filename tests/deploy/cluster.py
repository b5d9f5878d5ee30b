"""Kubernetes objects as one thing: do they fit the API, each other, and acrida?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import kubernetes_validate

from tests.deploy.nodes import options_of

Object = dict[str, Any]
# The oldest release that the chart says it fits, and the newest that the schemas know.
VERSIONS = ("1.25.0", kubernetes_validate.latest_version())


class Cluster:
    """What `kubectl apply` would create."""

    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects

    def of(self, kind: str) -> list[Object]:
        return [entry for entry in self.objects if entry["kind"] == kind]

    def named(self, kind: str, ending: str) -> Object:
        found = [entry for entry in self.of(kind) if entry["metadata"]["name"].endswith(ending)]
        assert len(found) == 1, f"{len(found)} of kind {kind} whose name ends in {ending}"
        return found[0]

    def workloads(self) -> list[Object]:
        return [*self.of("Deployment"), *self.of("Job")]

    def options(self, component: str) -> Namespace:
        """The options of the master or of a worker."""
        workload = next(entry for entry in self.workloads() if entry["metadata"]["name"].endswith(f"-{component}"))
        (container,) = pod_of(workload)["containers"]
        return options_of(container["args"], self.variables(container))

    def variables(self, container: Object) -> dict[str, str]:
        """What the container finds in its environment; a value that a Secret of the user holds is "secret"."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                found |= self._data("ConfigMap", source["configMapRef"]["name"])
        for entry in container.get("env", []):
            found[entry["name"]] = entry.get("value", "secret")
        return found

    def _data(self, kind: str, name: str) -> dict[str, str]:
        for entry in self.of(kind):
            if entry["metadata"]["name"] == name:
                return {**entry.get("data", {}), **entry.get("stringData", {})}
        raise AssertionError(f"there is no {kind} {name}")

    def check(self, brought_along: set[str] | None = None) -> None:
        """Every rule below; `brought_along` names the config maps and secrets that the user makes."""
        outside = brought_along or set()
        self._fits_the_api()
        self._is_consistent(outside)
        for workload in self.workloads():
            self._is_safe(pod_of(workload))
            self._mounts_what_it_has(pod_of(workload), outside)
        self._nodes_find_each_other(outside)

    def _fits_the_api(self) -> None:
        for entry in self.objects:
            for version in VERSIONS:
                kubernetes_validate.validate(entry, version, strict=True)
        names = [(entry["kind"], entry["metadata"]["name"]) for entry in self.objects]
        assert len(names) == len(set(names)), "two objects of one name"

    def _is_consistent(self, outside: set[str]) -> None:
        for deployment in self.of("Deployment"):
            wanted = deployment["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= labels_of(deployment).items(), "a deployment that does not find its pods"
        for service in self.of("Service"):
            selected = [
                entry for entry in self.workloads() if service["spec"]["selector"].items() <= labels_of(entry).items()
            ]
            assert len(selected) == 1, f"{service['metadata']['name']} leads to {len(selected)} workloads"
            ports = ports_of(selected[0])
            for port in service["spec"]["ports"]:
                assert port["targetPort"] in ports
        for scaler in self.of("HorizontalPodAutoscaler"):
            target = scaler["spec"]["scaleTargetRef"]
            assert "replicas" not in self.named(target["kind"], target["name"])["spec"], "two who set the replicas"

    def _is_safe(self, pod: Object) -> None:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 1000
        assert pod["enableServiceLinks"] is False and pod["automountServiceAccountToken"] is False
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            rights = container["securityContext"]
            assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert any(mount["mountPath"] == "/tmp" for mount in container["volumeMounts"])

    def _mounts_what_it_has(self, pod: Object, outside: set[str]) -> None:
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert {mount["name"] for mount in all_mounts(pod)} == set(volumes), (
            "a volume without a mount, or a mount without"
        )
        for volume in volumes.values():
            if "configMap" in volume and volume["configMap"]["name"] not in outside:
                assert self._data("ConfigMap", volume["configMap"]["name"])
        for container in pod["containers"]:
            for entry in container["env"]:
                reference = entry.get("valueFrom", {}).get("secretKeyRef")
                if reference and not reference.get("optional") and reference["name"] not in outside:
                    assert reference["key"] in self._data("Secret", reference["name"])

    def _nodes_find_each_other(self, outside: set[str]) -> None:
        master, worker = self.options("master"), self.options("worker")
        assert master.master and worker.worker
        service = self.named("Service", "-master")
        assert worker.master_host == service["metadata"]["name"]
        assert worker.master_port in {port["port"] for port in service["spec"]["ports"]}
        workload = next(entry for entry in self.workloads() if entry["metadata"]["name"].endswith("-master"))
        ports = ports_of(workload)
        assert (ports["master-web"], ports["master-p1"]) == (master.web_port, master.master_bind_port)
        self._probes_are_answered(workload, master)
        if workload["kind"] == "Job":
            workers = self.named("Job", "-worker")["spec"]
            assert master.headless or (master.autostart and master.autoquit >= 0), "a job that never ends"
            assert master.expect_workers == workers["parallelism"] == workers["completions"]
            assert master.run_time
        self._locustfiles_are_mounted(workload, worker.locustfile, outside)

    def _probes_are_answered(self, workload: Object, master: Namespace) -> None:
        (container,) = pod_of(workload)["containers"]
        for name in {"startupProbe", "readinessProbe", "livenessProbe"} & set(container):
            probe = container[name]
            port = (probe.get("httpGet") or probe["tcpSocket"])["port"]
            assert port == ("master-p1" if master.headless else "master-web"), "nobody answers there"
            if "httpGet" in probe:
                assert probe["httpGet"]["path"] == f"{master.web_base_path}/health"

    def _locustfiles_are_mounted(self, workload: Object, locustfiles: str, outside: set[str]) -> None:
        pod = pod_of(workload)
        for path in map(PurePosixPath, locustfiles.split(",")):
            (mount,) = [mount for mount in all_mounts(pod) if mount["mountPath"] == str(path.parent)]
            (volume,) = [volume for volume in pod["volumes"] if volume["name"] == mount["name"]]
            if volume["configMap"]["name"] not in outside:
                assert path.name in self._data("ConfigMap", volume["configMap"]["name"])


def pod_of(workload: Object) -> Object:
    pod: Object = workload["spec"]["template"]["spec"]
    return pod


def labels_of(workload: Object) -> dict[str, str]:
    labels: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return labels


def ports_of(workload: Object) -> dict[str, int]:
    (container,) = pod_of(workload)["containers"]
    return {port["name"]: port["containerPort"] for port in container.get("ports", [])}


def all_mounts(pod: Object) -> Iterator[Object]:
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        yield from container["volumeMounts"]
