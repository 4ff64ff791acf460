"""The paths of one kind."""

from __future__ import annotations

from cluster_core.api.kinds import by_resource
from cluster_core.api.openapi.paths import paths_of


def test_a_cluster_scoped_kind_has_no_namespace_in_its_paths() -> None:
    paths = paths_of(by_resource("nodes"), "v1", "io.k8s.api.core.v1.Node")
    assert not any("{namespace}" in path for path in paths)
    names = [each["name"] for each in paths["/api/v1/nodes/{name}"]["parameters"]]
    assert names == ["name", "pretty"]


def test_a_list_answers_with_the_list_a_delete_with_a_status() -> None:
    paths = paths_of(by_resource("deployments.apps"), "v1", "io.k8s.api.apps.v1.Deployment")
    collection = paths["/apis/apps/v1/namespaces/{namespace}/deployments"]

    def answer(method: str) -> str:
        found = collection[method]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        return str(found).rpartition(".")[2]

    assert (answer("get"), answer("post"), answer("delete")) == ("DeploymentList", "Deployment", "Status")
