"""How long `Cloud.load` takes for 1,000 security groups of 60 rows each.

    python benchmarks/tcmock_seed.py

The bar is one second. Rows differ from each other, as they do in accounts.
"""

from __future__ import annotations

import random
import statistics
import time

from tcmock import Cloud

GROUPS = 1_000
ROWS = 60
BAR_SECONDS = 1.0
RUNS = 7


def document(seed: int = 0) -> dict[str, object]:
    """A state document with that many groups, half of each one's rows in either direction."""
    chance = random.Random(seed)
    half = ROWS // 2
    groups = [
        {
            "SecurityGroupId": f"sg-{number:08x}",
            "SecurityGroupPolicySet": {
                "Version": "3",
                "Ingress": [_row(chance, place) for place in range(half)],
                "Egress": [_row(chance, place) for place in range(half)],
            },
        }
        for number in range(GROUPS)
    ]
    regions = {"ap-guangzhou": {"security_groups": groups}}
    return {"schema": "tcmock/state/v1", "accounts": {"100000000001": {"regions": regions}}}


def _row(chance: random.Random, place: int) -> dict[str, object]:
    """A row that no other row of its direction equals."""
    protocol = chance.choice(("TCP", "UDP", "ICMP", "ALL"))
    second, third, prefix = chance.randrange(256), chance.randrange(256), chance.choice((16, 24, 32))
    row: dict[str, object] = {
        "Protocol": protocol,
        "CidrBlock": f"10.{second}.{third}.{place}/{prefix}",
        "Action": chance.choice(("ACCEPT", "DROP")),
        "PolicyDescription": f"row {place}",
    }
    if protocol in ("TCP", "UDP"):
        row["Port"] = chance.choice(("22", "80,443", "30000-32767", str(chance.randrange(65536))))
    return row


def main() -> int:
    """Load it a few times and print the figures; exit code 1 if the bar is missed."""
    given, cloud, seconds, busy = document(), Cloud(), [], []
    for _ in range(RUNS):
        start, worked = time.perf_counter(), time.process_time()
        cloud.load(given)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - worked)
    start = time.perf_counter()
    dumped = cloud.dump()
    dump = time.perf_counter() - start
    start = time.perf_counter()
    cloud.load(dumped)
    again = time.perf_counter() - start
    median, cpu = statistics.median(seconds), statistics.median(busy)
    print(f"load {GROUPS} groups x {ROWS} rows: median {median:.2f} s, CPU {cpu:.2f} s (bar {BAR_SECONDS:g})")
    print(f"dump: {dump:.2f} s, load of the dump: {again:.2f} s")
    return 1 if cpu > BAR_SECONDS else 0  # a busy machine does not count


if __name__ == "__main__":
    raise SystemExit(main())
