"""Milliseconds of one call of the vendor's SDK to the emulator, through each way in.

The figures include the client: building and signing the request, HTTP, and decoding the answer. The bar is a
median of 3 ms at the server.

    python benchmarks/tcmock_server.py [--calls 500]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tcmock import Cloud, ThreadedProxy, ThreadedServer, mock_tencentcloud

ROWS = 20
BAR_MS = 3.0
WARM_UP = 20


@contextmanager
def in_process(cloud: Cloud) -> Iterator[HttpProfile]:
    """Intercepted where `requests` would open a connection."""
    with mock_tencentcloud(cloud):
        yield HttpProfile()


@contextmanager
def server(cloud: Cloud) -> Iterator[HttpProfile]:
    """HTTP on a port."""
    with ThreadedServer(cloud) as face:
        yield HttpProfile(endpoint=face.endpoint)


@contextmanager
def proxy(cloud: Cloud) -> Iterator[HttpProfile]:
    """A tunnel with TLS, new for every call."""
    with ThreadedProxy(cloud) as face:
        yield HttpProfile(proxy=face.endpoint, certification=str(face.ca_file))


def timed(cloud: Cloud, http: HttpProfile, group: str, calls: int) -> list[float]:
    """Milliseconds of each call, shortest first."""
    key = Credential(cloud.credentials.secret_id, cloud.credentials.secret_key)
    client = CommonClient("vpc", "2017-03-12", key, cloud.home_region, ClientProfile(httpProfile=http))
    durations = []
    for _ in range(WARM_UP + calls):
        began = time.perf_counter()
        client.call_json("DescribeSecurityGroupPolicies", {"SecurityGroupId": group})
        durations.append((time.perf_counter() - began) * 1000)
    return sorted(durations[WARM_UP:])


def main() -> int:
    """Print one line a face; exit code 1 if the server misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=500)
    calls = parser.parse_args().calls
    cloud = Cloud()
    rows = [{"Protocol": "TCP", "Port": str(port), "CidrBlock": "10.0.0.0/8"} for port in range(ROWS)]
    region = cloud.account("100000000001").region("ap-guangzhou")
    group = region.add_security_group(
        SecurityGroupPolicySet={"Ingress": [{**row, "Action": "ACCEPT"} for row in rows]}
    )
    print(f"{'face':<12}{'median ms':>10}{'p95 ms':>10}{'max ms':>10}   ({calls} calls, {ROWS} rows)")
    medians = {}
    for face in (in_process, server, proxy):
        with face(cloud) as http:
            found = timed(cloud, http, group, calls)
        p95 = found[int(len(found) * 0.95)]
        medians[face.__name__] = statistics.median(found)
        print(f"{face.__name__:<12}{statistics.median(found):>10.2f}{p95:>10.2f}{found[-1]:>10.2f}")
    print(f"(bar of the server: {BAR_MS:g} ms)")
    return 1 if medians["server"] > BAR_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
