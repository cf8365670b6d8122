"""Serves the cloud that the fleet's sweep is measured against.

It answers after a latency, refuses what comes faster than the documented rates, and keeps its connections
open as the API does: the emulator's own server closes each, which costs a new connection a call.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from fleet_cloud import BROAD, NARROW, REGIONS
from tcmock import Cloud
from tcmock.errors import APIError
from tcmock.faults import Latency
from tcmock.faults.call import CallEffect
from tcmock.region import Region
from tcmock.wire import Request

ROWS = 60
NODES = 10
"""Machines of a cluster; each has a group of its own."""
_seen: Counter[tuple[str, str, int]] = Counter()


class Rate(CallEffect, frozen=True, tag="rate"):
    """Refuses what comes faster than the documented rate; looks at every call."""

    def instead(self, call: object) -> None:
        """Count one call of this second."""
        action, region = call.action, call.region  # type: ignore[attr-defined]
        broad = call.permission.startswith(("vpc:", "cvm:DescribeSecurity"))  # type: ignore[attr-defined]
        key = action, region, int(time.monotonic())
        _seen[key] += 1
        if _seen[key] > (BROAD if broad else NARROW):
            raise APIError("RequestLimitExceeded", "too fast")


class Connection(BaseHTTPRequestHandler):
    """One connection, kept open from call to call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    cloud: ClassVar[Cloud]

    def do_POST(self) -> None:
        """Answer a call."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        found = self.cloud.handle(Request("POST", self.path, "", dict(self.headers), body))
        self.send_response(found.status)
        for name, value in {**found.headers, "Content-Length": str(len(found.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(found.body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """The call log of the cloud says it better."""


def serve(groups: int, regions: int, latency: float) -> None:
    """Serve a cloud until standard input ends; its address and key come first.

    Each line of the input asks for the calls since the last, and for the seconds of CPU that they took.
    """
    cloud = Connection.cloud = Cloud()
    for number, name in enumerate(REGIONS[:regions]):
        share = groups // regions + (number < groups % regions)
        populate(cloud.account("100000000001").region(name), share)
    cloud.faults.add("*", Latency(latency), calls=None)
    cloud.faults.add("*", Rate(), calls=None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    key = cloud.credentials
    print(json.dumps([f"http://127.0.0.1:{server.server_port}", key.secret_id, key.secret_key]), flush=True)
    for _ in sys.stdin:
        calls = Counter(call.action for call in cloud.calls)
        refused = sum(call.code != "" for call in cloud.calls)
        cloud.calls.clear()
        print(json.dumps([calls, refused, time.process_time()]), flush=True)


def populate(region: Region, groups: int) -> None:
    """Clusters of ten nodes, each node with its group of 60 rows."""
    accept = {"Action": "ACCEPT", "Protocol": "ALL", "Port": "ALL"}
    tcp = {"Action": "ACCEPT", "Protocol": "TCP"}
    rows = [
        {**accept, "CidrBlock": "172.16.0.0/16"},
        {**accept, "CidrBlock": "10.0.0.0/16"},
        {**tcp, "Port": "30000-32767", "CidrBlock": "0.0.0.0/0"},
        {**tcp, "Protocol": "UDP", "Port": "30000-32767", "CidrBlock": "0.0.0.0/0"},
        *({**tcp, "Port": str(8000 + n), "CidrBlock": f"10.0.{n}.0/24"} for n in range(ROWS - 5)),
    ]
    policies = {"Version": "3", "Ingress": rows, "Egress": [{**accept, "CidrBlock": "0.0.0.0/0"}]}
    region.add("vpcs", VpcId="vpc-bench000", CidrBlock="10.0.0.0/16")
    region.add("subnets", SubnetId="subnet-bench000", VpcId="vpc-bench000", CidrBlock="10.0.0.0/16")
    for first in range(0, groups, NODES):
        names = [f"{number:08x}" for number in range(first, min(first + NODES, groups))]
        for name in names:
            region.add("security_groups", SecurityGroupId=f"sg-{name}", SecurityGroupPolicySet=policies)
            region.add(
                "instances",
                InstanceId=f"ins-{name}",
                SubnetId="subnet-bench000",
                SecurityGroupIds=[f"sg-{name}"],
            )
        region.add(
            "clusters",
            ClusterId=f"cls-{first:08x}",
            VpcId="vpc-bench000",
            ClusterCIDR="172.16.0.0/16",
            Instances=[{"InstanceId": f"ins-{name}"} for name in names],
        )
