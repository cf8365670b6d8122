"""Where pods with a range of their own are: a table for each cluster, a slice of it for each node."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from itertools import islice

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.listing import Filter, filtered
from tcmock.tke.errors import BAD_PARAMETER
from tcmock.tke.models import Cluster
from tcmock.tke.state import TkeState

_FILTERS: Mapping[str, Filter[dict[str, str]]] = {
    "GatewayIP": lambda route, value: route["GatewayIp"] == value,
}


def describe_tables(call: Invocation) -> Answer:
    """The tables of all clusters whose pods have a range of their own."""
    tables = [
        {
            "RouteTableName": cluster.about.cluster_id,
            "RouteTableCidrBlock": cluster.about.cluster_network_settings.cluster_cidr,
            "VpcId": cluster.about.cluster_network_settings.vpc_id,
        }
        for cluster in call.region[TkeState].clusters.values()
        if _is_routed(cluster.about)
    ]
    return {"TotalCount": len(tables), "RouteTableSet": tables}


def describe_routes(call: Invocation) -> Answer:
    """The slices of one table, in the order of the nodes. Published ones begin with the range as here."""
    name = call.params.text("RouteTableName")
    cluster = call.region[TkeState].clusters.get(name)
    if cluster is None or not _is_routed(cluster.about):
        raise APIError("ResourceNotFound.RouteTableNotFound", f"The route table `{name}` does not exist.")
    settings = cluster.about.cluster_network_settings
    prefix = 32 - (settings.max_node_pod_num - 1).bit_length()
    slices = ipaddress.IPv4Network(settings.cluster_cidr).subnets(new_prefix=prefix)
    gateways = [node.lan_ip for node in cluster.nodes.values() if node.lan_ip]
    routes = [
        {"RouteTableName": name, "DestinationCidrBlock": str(part), "GatewayIp": gateway}
        for part, gateway in zip(islice(slices, len(gateways)), gateways, strict=False)
    ]
    found = filtered(routes, call.params, _FILTERS, code=BAD_PARAMETER)
    return {"TotalCount": len(found), "RouteSet": found}


def _is_routed(cluster: Cluster) -> bool:
    return bool(cluster.cluster_network_settings.cluster_cidr) and '"CiliumOverlay"' not in cluster.property
