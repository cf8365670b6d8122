"""The bindings file: which instances have which groups, and the rows of the other groups.

{"group_id": "sg-…",
 "instances": [{"instance_id": "ins-…", "cluster_id": "cls-…", "role": "node", "groups": ["sg-…", "sg-…"]}],
 "groups": {"sg-…": {SecurityGroupPolicySet}}}
"""

from __future__ import annotations

from sgguard.config.reader import Reader, Source
from sgguard.errors import ConfigError
from sgguard.model.cluster import ClusterScope
from sgguard.model.security_group import SecurityGroupPolicySet
from sgguard.model.stack import Binding, Placement, companions, placed
from sgguard.wire.policy_set import decode_policy_set


def read_bindings(document: object, where: str | Source, scope: ClusterScope) -> tuple[str, Placement]:
    """The id of the judged group, and where it stands. Raises ConfigError with everything that is wrong."""
    reader = Reader(document, where)
    reader.only(("group_id", "instances", "groups"))
    own = reader.text("group_id")
    bindings, machines = [], set()
    for entry in reader.sections("instances"):
        binding = _read_instance(entry)
        bindings.append(binding)
        if _is_machine(entry, scope):
            machines.add(binding.instance_id)
    groups = reader.section("groups")
    rows = {key: _read_rows(groups, key) for key in groups.names()}
    for key in sorted(companions(own, bindings, frozenset(machines)) - rows.keys()):
        reader.problem("groups", f"has no rows of {key}, which stands in a stack with {own}", f"Add {key}.")
    if not any(own in binding.group_ids for binding in bindings) and not reader.problems:
        reader.problem("instances", f"has none that {own} is bound to", "Name the instances of the group.")
    reader.finish()
    return own, placed(own, bindings, frozenset(machines), rows)


def _read_instance(reader: Reader) -> Binding:
    reader.only(("instance_id", "cluster_id", "role", "groups"))
    return Binding(instance_id=reader.text("instance_id"), group_ids=reader.texts("groups", str))


def _is_machine(reader: Reader, scope: ClusterScope) -> bool:
    """Whether an instance is a machine of the cluster in the judged role."""
    cluster_id = reader.text("cluster_id", default="-")
    return (cluster_id, reader.text("role", default="node")) == (scope.cluster_id, scope.role)


def _read_rows(reader: Reader, key: str) -> SecurityGroupPolicySet:
    try:
        return decode_policy_set(reader.value(key), key)
    except ConfigError as error:
        for problem in error.problems:
            reader.problem(key, problem.what, problem.fix)
        return SecurityGroupPolicySet(version="")
