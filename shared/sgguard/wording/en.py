"""English."""

MESSAGES = {
    # One packet
    "packet.ingress": "{protocol} from {peer}",
    "packet.ingress.port": "{protocol} port {port} from {peer}",
    "packet.egress": "{protocol} to {peer}",
    "packet.egress.port": "{protocol} port {port} to {peer}",
    # Directions
    "direction.ingress": "ingress",
    "direction.egress": "egress",
    # Findings
    "excess.certain": (
        "Policy {index} ({direction}) accepts {packet}, which the baseline neither requires nor permits."
    ),
    "excess.possible": (
        "Policy {index} ({direction}) may accept {packet}, which the baseline neither requires nor permits; "
        "it depends on policies that could not be resolved."
    ),
    "missing.certain": "Required traffic of {requirement} is dropped: {packet}, {cause}. {why}",
    "missing.possible": (
        "Required traffic of {requirement} may be dropped: {packet}, {cause}; it depends on policies that could "
        "not be resolved. {why}"
    ),
    "dropped.policy": "by policy {index}",
    "dropped.other": "by policy {index} of {group}",
    "dropped.implicit": "because no policy accepts it",
    "shadowed": "Policy {index} ({direction}) never decides a packet: policies before it match all of it.",
    "undetermined": "Policy {index} ({direction}) could not be resolved: {gap}.",
    # What is not known about a policy
    "gap.action": "action {text} is neither ACCEPT nor DROP",
    "gap.protocol": "protocol {text} is none of TCP, UDP, ICMP, ICMPv6, GRE, ALL",
    "gap.port-without-ports": "port {text} with a protocol that has no ports",
    "gap.both-services": "it names both a protocol and a service template",
    "gap.many-services": "it names more than one service template",
    "gap.no-peer": "it names no source or destination",
    "gap.many-peers": "it names more than one source or destination",
    "gap.cidr-family": "{text} stands where a CIDR of {family} is expected",
    "gap.public-ip": "MY_PUBLIC_IP stands for the address of whoever wrote it",
    "gap.member": "a member of a template cannot be read: {text}",
    "gap.loop": "{name} contains itself through {chain}",
    "gap.unknown-members": "the members of {name} are not known",
    # Practices that are not followed
    "practice.mixed-binding": (
        "{count} machines of the cluster are not bound to this group: {machines}. Machines of one cluster "
        "should share one group; in different groups they reach each other only as both allow."
    ),
    "practice.foreign-binding": (
        "{count} instances in this group belong to none of its clusters: {machines}. They are let through to "
        "wherever the group refers to itself, and are opened as far as the nodes are."
    ),
    "practice.custom-egress": (
        "The outbound policies were narrowed without keeping the node and pod networks open: {requirements}."
    ),
    "practice.broad-ssh": (
        "SSH is open to the Internet, as in the vendor's default group: policies {policies}. Restrict the source "
        "of port 22 to where people log in from."
    ),
    "practice.shadowed-policy": "Policy {index} ({direction}) is dead: policies {policies} decide its packets.",
    "practice.redundant-policy": (
        "Policy {index} ({direction}) changes nothing: without it policies {policies} decide its packets in the "
        "same way."
    ),
    # One packet on its way
    "trace.accepted": "{packet} is accepted by policy {index} of {group}: {row}.",
    "trace.dropped": "{packet} is dropped by policy {index} of {group}: {row}.",
    "trace.implicit": "{packet} is dropped: no policy of {groups} matches it.",
    "trace.unknown": "{packet}: accepted or dropped, depending on policies that could not be resolved.",
    "trace.may": "Policy {index} of {group} may decide it: {row}.",
    "trace.almost": "Policy {index} of {group} almost matches, but for the {trait}: {row}.",
    "trace.required": "{requirement} requires it: {row}. {source}",
    "trace.permitted": "{requirement} permits it: {row}. {source}",
    "trace.beyond": "Nothing in the baseline requires or permits it.",
    "trait.protocol": "protocol",
    "trait.port": "port",
    "trait.peer": "address",
    # Decisions
    "decide.compliant": "the group is compliant",
    "decide.actionable": "certain and severe enough to revert: {count}",
    "decide.mild": "below {severity}, alert only: {count}",
    "decide.uncertain": "not certain, alert only: {count}",
    "decide.observe": "mode is observe: nothing is written",
    "decide.version": "version {version} cannot be used for a compare-and-set write",
    "decide.settings": "observing because {where} {what}",
    "proof.cuts": "step {step} cuts required {direction} traffic",
    "proof.opens": "step {step} opens {direction} traffic that is not required",
    "proof.rows": "step {step} needs {count} {direction} policies, and a group holds {limit}",
    "proof.empty": "step {step} leaves no {direction} policy",
    "proof.remaining": "findings that would remain: {count}",
    "proof.unmet": "only {intact} of {required} requirements would be met for sure",
    # Messages to people
    "severity.critical": "CRITICAL",
    "severity.high": "HIGH",
    "severity.medium": "MEDIUM",
    "severity.low": "LOW",
    "severity.info": "INFO",
    "alert.headline": "[{severity}] {what}",
    "alert.reverted": "Reverted: {group} violated the baseline and was put right",
    "alert.alert only": "Alert only: {group} was found violating the baseline; nothing was written",
    "alert.refused": "Refused: {group} was found violating the baseline; no write was proven safe, nothing was written",
    "alert.failed": "Failed: {group} was found violating the baseline and could not be put right",
    "alert.could not decide": "Could not decide: {group} could not be judged; nothing was written",
    "alert.resolved": "Resolved: {group} was found to meet the baseline again",
    "alert.test": "Test: this message was sent on request; nothing has happened",
    "alert.nothing-named": "an event",
    "alert.digest": "{count} groups were found violating, or could not be judged",
    "alert.digest.cluster": "{cluster}: {count} groups were found violating, or could not be judged",
    "alert.digest.item": "[{severity}] {action}: {group} {region} {cluster} {at}",
    "alert.digest.counts": "{severity} {count}",
    "alert.digest.waiting": "{count} more messages are waiting and follow",
    "alert.digest.more": "sgguard outbox list",
    "action.reverted": "reverted",
    "action.alert only": "alert only",
    "action.refused": "refused",
    "action.failed": "failed",
    "action.could not decide": "could not decide",
    "action.resolved": "resolved",
    "action.test": "test",
    "alert.label.group": "Group",
    "alert.label.cluster": "Cluster",
    "alert.label.findings": "What was found",
    "alert.label.rows.written": "Rows written",
    "alert.label.rows.planned": "Rows that would put it right (not written)",
    "alert.label.actor": "Who",
    "alert.label.proof": "Proof",
    "alert.label.times": "When",
    "alert.label.reasons": "Why",
    "alert.label.commands": "What next",
    "alert.label.console": "Open the group in the console",
    "alert.label.fingerprint": "Fingerprint",
    "alert.label.counts": "In all",
    "alert.label.digest": "Groups, worst first",
    "alert.label.waiting": "Not in here",
    "alert.label.note": "Note",
    "alert.group": "{group} · {region} · account {account}",
    "alert.unknown": "unknown",
    "alert.cluster": "{clusters} · {machines} machines in this group",
    "alert.cluster.one": "{cluster} ({role})",
    "alert.cluster.none": "not known",
    "role.node": "nodes",
    "role.master": "masters",
    "alert.actor": "{name} ({kind} {principal}) from {address}, {via}, {api}, request {request}",
    "alert.actor.unknown": "nobody is on record",
    "kind.root": "root account",
    "kind.user": "user",
    "kind.role": "role",
    "kind.service": "service",
    "kind.unknown": "unknown",
    "via.api": "by API",
    "via.console": "in the console",
    "via.mini-program": "in the mini program",
    "via.sweep": "found by the sweep",
    "via.unknown": "by unknown means",
    "alert.proof": "Required traffic {intact}/{requirements} intact, {opened}; version {before}→{after}",
    "alert.proof.none": "Nothing to prove, nothing was written; version {before}",
    "alert.proof.same": "nothing newly permitted",
    "alert.proof.opens": "something newly permitted",
    "alert.times": "changed {changed}, read {read}, written {written}",
    "alert.times.never": "not at all",
    "alert.fingerprint": "{fingerprint} · occurrence {occurrence} within 24 h",
    "alert.fingerprint.uncounted": "{fingerprint}",
    "alert.undo": "undo: {command}",
    "alert.apply": "apply: {command}",
    "alert.waive": "accept it: {command}",
    "alert.look": "look: {command}",
    "alert.test.body": "If you can read this, alerts of sgguard reach this channel.",
    "alert.fallback": "Sent here because the channel {channel} did not take it: {why}",
    "alert.more": "… {count} more …",
    # What became of a plan
    "act.kept-changing": "the group kept changing through {count} attempts",
    "act.store": "nothing was written: {text}",
}
