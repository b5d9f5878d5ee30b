"""The plain manifests, put together as kustomize does: they fit Kubernetes, each other and acrida."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.cluster import Cluster
from tests.support.program import Program

KUBERNETES = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"


def assemble(folder: Path) -> list[dict[str, Any]]:
    """As much of kustomize as these files use; its renaming of config maps changes nothing that is looked at here."""
    plan = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert plan.pop("apiVersion") == "kustomize.config.k8s.io/v1beta1"
    assert plan.pop("kind") == "Kustomization"
    objects: list[dict[str, Any]] = []
    for name in plan.pop("resources"):
        path = folder / name
        objects += assemble(path) if path.is_dir() else yaml.safe_load_all(path.read_text())
    for entry in plan.pop("configMapGenerator", []):
        data = {Path(name).name: (folder / name).read_text() for name in entry.get("files", [])}
        data |= dict(line.split("=", 1) for line in entry.get("literals", []))
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": entry["name"]}, "data": data})
    for label in plan.pop("labels", []):
        for entry in objects:
            entry["metadata"].setdefault("labels", {}).update(label["pairs"])
    for image in plan.pop("images", []):
        assert image["name"] == "acrida"
    assert plan == {}, f"{folder.name} uses what this test does not know"
    return objects


@pytest.mark.parametrize("name", ["server", "job"])
def test_they_fit_kubernetes_each_other_and_acrida(name: str) -> None:
    cluster = Cluster(assemble(KUBERNETES / name))
    cluster.check()
    kinds = {entry["kind"] for entry in cluster.workloads()}
    assert kinds == {"Deployment" if name == "server" else "Job"}
    assert cluster.options("master").num_users == 100


def test_the_scenario_they_carry_runs(acrida: Program, tmp_path: Path) -> None:
    scenario = KUBERNETES / "base" / "locustfile.py"
    command = [sys.executable, "-m", "acrida", "-f", str(scenario), "--list"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.split()) == (0, ["Available", "Users:", "Visitor"]), done.stderr
