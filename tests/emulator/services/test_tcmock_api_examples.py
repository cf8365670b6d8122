"""Every published request of an emulated action gets the kind of answer that is published with it.

The state that a request presupposes is built from the request. A few requests show every member at once and
break the rules that they illustrate, or name what cannot be; they stand below with the error that they get.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tcmock.catalogue import SERVICES
from tcmock.spec import products

pytestmark = pytest.mark.shared_data

EXAMPLES = Path(__file__).parents[4] / "shared" / "data" / "api-examples"
REFUSED = {
    # all peers at once
    ("CreateSecurityGroupPolicies", 0): "InvalidParameter.Coexist",
    # the same row twice, at two places
    ("CreateSecurityGroupWithPolicies", 1): "InvalidParameterValue",
    # `demo` is no id of a group
    ("ReplaceSecurityGroupPolicy", 0): "InvalidParameterValue.Malformed",
    # names the type of a cluster where its id belongs
    ("DescribeClusterRoutes", 0): "ResourceNotFound.RouteTableNotFound",
    # neither the event nor the pattern is JSON
    ("CheckRule", 0): "InvalidParameterValue.InvalidPattern",
    # `Data` must be JSON
    ("PutEvents", 0): "InvalidParameterValue.InvalidEvent",
    # the spaces of the expression are lost, and it has six fields
    ("CreateTrigger", 0): "InvalidParameterValue.TriggerDesc",
}
# Words in brackets that stand for what a reader has.
PLACEHOLDERS = {
    "<FunctionName>": "demo",
    "<function.handler>": "index.main_handler",
    "<Namespace>": "default",
    "<CosBucketName>": "demo",
    "<CosObjectName>": "/demo.zip",
    "<TriggerName>": "demo-timer",
    "<AliasName>": "demo-alias",
    "<Description>": "demo",
}
# Members that are published and that the recorded answers of the real cloud have not.
LEFT_OUT = {
    ("DescribeVpcs", 0): {".VpcSet[].Ipv6CidrBlockSet"},
    ("DescribeVpcs", 1): {".VpcSet[].Ipv6CidrBlockSet", ".VpcSet[].AssistantCidrSet[].VpcId"},
    ("DescribeInstances", 2): {
        ".InstanceSet[].LatestOperationErrorMsg",
        ".InstanceSet[].VirtualPrivateCloud.Ipv6AddressCount",
        ".InstanceSet[].VirtualPrivateCloud.PrivateIpAddresses",
    },
}
# Actions that answer members which the vendor's description lacks: recorded, or published in an example.
RICHER = {
    "CreateTrigger",
    "GetFunction",
    "ListTriggers",
    "CreateAddressTemplateGroup",
    "DescribeAddressTemplateGroups",
    "DescribeInstances",
    "DescribeSecurityGroupExpandedPolicies",
    "DescribeSecurityGroupPolicies",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
}
CALLER = "100000000001"
TAGS = [{"Key": "city", "Value": "shanghai"}, {"Key": "Version", "Value": "TEST"}]
ROWS = [
    {"Protocol": "TCP", "Port": str(port), "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT"} for port in range(5)
]


def cases() -> list[Any]:
    """Every example of an action that exists here."""
    found = []
    for (product, version), service in SERVICES.items():
        for action in sorted(service.actions):
            path = EXAMPLES / f"{product}.v{version.replace('-', '')}.{action}.json"
            examples = json.loads(path.read_text(encoding="utf-8"))["examples"] if path.exists() else []
            found += [
                pytest.param(product, version, action, index, example, id=f"{product}-{action}-{index}")
                for index, example in enumerate(examples)
            ]
    return found


def request_of(example: dict[str, Any]) -> dict[str, Any]:
    """The parameters. Those that were published as a URL are still encoded as in one."""
    decoded = unquote if example["input_raw"].startswith("https:") else str
    return json.loads(
        json.dumps(example["request"]),
        object_hook=lambda members: {
            name: PLACEHOLDERS.get(value, decoded(value)).strip() if isinstance(value, str) else value
            for name, value in members.items()
        },
    )


class World:
    """What a request presupposes."""

    def __init__(self, cloud: Any, action: str, request: dict[str, Any]) -> None:
        self.account = cloud.account(CALLER)
        self.region = self.account.region("ap-guangzhou")
        self.request = request
        self.named = set(re.findall(r"\"((?:sg|ins|eni|ipmg?|ppmg?|cls)-[0-9a-z]{8})\"", json.dumps(request)))
        self.add_networks()
        self.add_templates()
        self.add_groups()
        self.add_machines()
        self.add_clusters()
        self.add_roles(cloud)
        self.add_buses(action)
        self.add_functions(action)

    def add_buses(self, action: str) -> None:
        """The bus that the request names, its rule and its target."""
        if "EventBusId" not in self.request:
            return
        target = {
            "TargetId": self.request.get("TargetId", "target-00000000"),
            "ResourceDescription": f"qcs::scf:ap-guangzhou:uin/{CALLER}:namespace/default/function/demo/1",
        }
        rule = {"RuleId": self.request.get("RuleId", "rule-00000000"), "RuleName": "demo", "EventPattern": {}}
        # what is to be deleted has nothing left on it
        targets = [] if action == "DeleteRule" else [target]
        rules = [] if action == "DeleteEventBus" else [{**rule, "Targets": targets}]
        self.region.add(
            "event_buses", EventBusName="demo", EventBusId=self.request["EventBusId"], Rules=rules
        )

    def add_functions(self, action: str) -> None:
        """The function that the request names, with whatever it may have."""
        name = self.request.get("FunctionName", "demo")
        zipped = {"Key": "demo.zip", "BodyBase64": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}
        self.region.add("buckets", Bucket=f"demo-{self.account.app_id}", Objects=[zipped])
        if action == "CreateFunction":
            return
        code = {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}
        alias, named = self.request.get("Name", "demo-alias"), self.request.get("TriggerName", "demo-timer")
        self.region.add(
            "functions",
            FunctionName=name,
            Code=code,
            Versions=[{"Version": number, "Code": code} for number in ("1", "2")],
            Aliases=[] if action == "CreateAlias" else [{"Name": alias, "FunctionVersion": "1"}],
            Triggers=[
                {
                    "TriggerName": "standing" if action == "CreateTrigger" else named,
                    "TriggerDesc": "0 0 0 1 1 * 2099",
                    "Qualifier": self.request.get("Qualifier", "$LATEST"),
                }
            ],
        )

    def ids(self, kind: str) -> list[str]:
        """The ids of one kind that the request names, or one that it does not."""
        return sorted(name for name in self.named if name.partition("-")[0] == kind) or [f"{kind}-00000000"]

    def add_networks(self) -> None:
        """A network and a subnet."""
        self.region.add_vpc(
            VpcId="vpc-00000000",
            CidrBlock="10.0.0.0/16",
            TagSet=TAGS,
            AssistantCidrSet=[{"CidrBlock": "172.16.0.0/16"}],
        )
        self.region.add_subnet(
            SubnetId="subnet-00000000", VpcId="vpc-00000000", CidrBlock="10.0.0.0/24", TagSet=TAGS
        )

    def add_templates(self) -> None:
        """Every template, and every group with all of them."""
        for kind, noun, members, text in (
            ("ipm", "AddressTemplate", "AddressSet", "10.0.0.1"),
            ("ppm", "ServiceTemplate", "ServiceSet", "tcp:80"),
        ):
            section = "address_template" if kind == "ipm" else "service_template"
            for template_id in self.ids(kind):
                entry = {f"{noun}Id": template_id, f"{noun}Name": "demo", members: [text]}
                self.region.add(f"{section}s", **entry)
            for group_id in self.ids(f"{kind}g"):
                entry = {f"{noun}GroupId": group_id, f"{noun}GroupName": "demo"}
                self.region.add(f"{section}_groups", **entry, **{f"{noun}IdSet": self.ids(kind)})

    def add_groups(self) -> None:
        """Every security group, with rows for the index or the match of the request, at its version."""
        given = self.request.get("SecurityGroupPolicySet", {})
        for group_id in self.ids("sg"):
            policies: dict[str, Any] = {"Version": given.get("Version", "1")}
            for direction in ("Ingress", "Egress"):
                matched = [row for row in given.get(direction, []) if set(row) >= {"CidrBlock", "Port"}]
                rows = [row for row in matched if "PolicyIndex" not in row]
                policies[direction] = [*rows, *ROWS]
            if group_id not in self.request.get("SecurityGroupId", group_id):
                policies = {}
            self.region.add_security_group(
                SecurityGroupId=group_id,
                SecurityGroupName="TestGroup",
                TagSet=TAGS,
                SecurityGroupPolicySet=policies,
            )

    def add_machines(self) -> None:
        """Machines and interfaces; only to be untied do they have groups."""
        place = {"SubnetId": "subnet-00000000"}
        for instance_id in self.ids("ins"):
            tags = [*TAGS, {"Key": "city", "Value": "shenzhen"}]
            self.region.add_instance(InstanceId=instance_id, Tags=tags, **place)
        groups = self.request.get("SecurityGroupIds", []) if "NetworkInterfaceIds" in self.request else []
        for interface_id in self.ids("eni"):
            self.region.add(
                "network_interfaces", NetworkInterfaceId=interface_id, GroupSet=groups, TagSet=TAGS, **place
            )

    def add_clusters(self) -> None:
        """Every cluster, with a node and a pool of every type."""
        for cluster_id in self.ids("cls"):
            self.region.add_cluster(
                ClusterId=cluster_id,
                VpcId="vpc-00000000",
                ClusterCIDR="172.16.0.0/16",
                NodePools=[
                    {"NodePoolId": f"np-{kind.lower()}", "Name": "cputest", "Type": kind}
                    for kind in ("Regular", "Native", "Super", "External")
                ],
                Instances=[
                    {"InstanceId": self.ids("ins")[0], "NodePoolId": "np-regular"},
                    {"InstanceId": "np-native-abcde", "NodePoolId": "np-native"},
                    {"InstanceId": "eklet-subnet-abcde", "Super": {"SubnetId": "subnet-00000000"}},
                    {"InstanceId": "node-10.0.0.9", "External": {"Name": "node-10.0.0.9"}},
                ],
            )

    def add_roles(self, cloud: Any) -> None:
        """The role and the policy that the request names."""
        everything = {
            "version": "2.0",
            "statement": [{"effect": "allow", "action": "*", "resource": "*"}],
        }
        self.account.add("policies", PolicyId=1, PolicyName="everything", PolicyDocument=everything)
        for name in ("RoleId", "AttachRoleId"):
            if name in self.request:
                self.account.add("roles", RoleName="named", RoleId=self.request[name])
        arn = re.fullmatch(r"qcs::cam::uin/(\d+):roleName/(\w+)", self.request.get("RoleArn", ""))
        if arn:
            caller = {"qcs": [f"qcs::cam::uin/{CALLER}:root"]}
            sentence = {"effect": "allow", "action": "name/sts:AssumeRole", "principal": caller}
            trust = {"version": "2.0", "statement": [sentence]}
            cloud.account(arn[1]).add("roles", RoleName=arn[2], PolicyDocument=trust)


def missing(documented: Any, ours: Any, path: str = "") -> set[str]:
    """Documented members that our answer lacks, down to the items of its lists."""
    if isinstance(documented, dict) and isinstance(ours, dict):
        absent = {f"{path}.{name}" for name in documented.keys() - ours.keys()}
        shared = documented.keys() & ours.keys()
        return absent.union(*(missing(documented[name], ours[name], f"{path}.{name}") for name in shared))
    if isinstance(documented, list) and isinstance(ours, list) and documented and ours:
        return missing(documented[0], ours[0], f"{path}[]")
    return set()


def contradictions(objects: Any, kind: str, value: Any, path: str) -> set[str]:
    """Where an answer is not of its described type; `?` marks members that the description does not know."""
    if value is None:
        return set()  # the vendor answers null where its description says that it never does
    if kind.startswith("["):
        if not isinstance(value, list):
            return {path}
        return {found for item in value for found in contradictions(objects, kind[1:-1], item, f"{path}[]")}
    if kind not in objects:
        types = {"string": str, "int": int, "bool": bool, "float": float}
        return set() if type(value) is types[kind] else {path}
    return members(objects, objects[kind], value, path)


def members(objects: Any, described: Any, value: Any, path: str) -> set[str]:
    """The same for an object whose members are described."""
    found = {f"{path}.{name}?" for name in value if name not in described}
    for name in value.keys() & described.keys():
        found |= contradictions(objects, described[name].rstrip("!"), value[name], f"{path}.{name}")
    return found


@pytest.mark.parametrize(("product", "version", "action", "index", "example"), cases())
def test_published_requests(
    call: Any, cloud: Any, product: str, version: str, action: str, index: int, example: dict[str, Any]
) -> None:
    """Success with the documented members, or the error that is expected of an impossible request."""
    request = request_of(example)
    World(cloud, action, request)
    if action == "DescribeEvents":  # of years ago
        cloud.clock.set(request["EndTime"])
    expected = REFUSED.get((action, index), "")
    if expected:
        assert call.error(product, action, version=version, **request) == expected
        return
    answer = call(product, action, version=version, **request)
    assert missing(example["response"]["Response"], answer) == LEFT_OUT.get((action, index), set())
    described = products()[product][version]
    found = members(described.objects, described.actions[action].output, answer, "")
    assert {path for path in found if action not in RICHER or not path.endswith("?")} == set()


def test_every_exception_is_used() -> None:
    """An exception for an example that is gone would hide the next one."""
    known = {(case.values[2], case.values[3]) for case in cases()}
    if not known:
        pytest.skip("published requests are not part of the project")
    assert REFUSED.keys() | LEFT_OUT.keys() <= known
