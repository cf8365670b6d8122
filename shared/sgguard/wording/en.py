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
    # Words of tables
    "verdict.compliant": "compliant",
    "verdict.violating": "violating",
    "verdict.undetermined": "undetermined",
    "kind.excess": "excess",
    "kind.missing": "missing",
    "kind.shadowed": "shadowed",
    "kind.undetermined": "undetermined",
    "severity.info": "info",
    "severity.low": "low",
    "severity.medium": "medium",
    "severity.high": "high",
    "severity.critical": "critical",
    "debt.new": "new",
    "debt.old": "old",
    "debt.mixed": "in part new",
    "table.version": "version {version}",
    "table.basis.group": "The group was judged alone: the bindings of its machines were not given.",
    "table.basis.stacks": "Required traffic was judged on every stack of groups that the cluster's machines have.",
    "table.before": "Measured against version {version} ({source}).",
    "table.source.file": "the file given",
    "table.source.memory": "as the guard saw it last",
    "table.source.event": "as the event says; not proven",
    "table.finding": "finding",
    "table.severity": "severity",
    "table.policies": "policies",
    "table.traffic": "traffic",
    "table.explanation": "explanation",
    "table.practice": "practice",
    "table.possible": "?",
    "table.stacks": "In the stacks {stacks}.",
    "table.nowhere": "In no stack: other groups close it.",
    "table.opened": "Opened by the change, {direction}:",
    "table.cut": "Cut by the change, {direction}:",
    "table.unchanged": "The change opened nothing and cut nothing.",
    "table.waiver.used": "Waiver {id} is used.",
    "table.waiver.unused": "Waiver {id} matches nothing that is wrong: delete it.",
    "table.waiver.expired": "Waiver {id} has expired and is ignored: renew or delete it.",
    "table.decision": "decision: {decision}",
    "table.end": "end",
    "table.proof": (
        "required traffic {after}/{requirements} intact ({before} before), {remaining} findings remain, {opened}"
    ),
    "table.opens": "something newly permitted",
    "table.opens-nothing": "nothing newly permitted",
    "decision.none": "none",
    "decision.alert": "alert",
    "decision.revert": "revert",
    "decision.refuse": "refuse",
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
    # What became of a plan
    "decide.exposure-only": "only what is open to the public is closed at once",
    "hold.mode": "the config sets mode observe for this group",
    "hold.protected": "the config protects this group: it is never written",
    "hold.window": "a maintenance window is open: {text}",
    "hold.unsettled": "the group changed {seconds} s ago and is judged when it has been quiet for {settle} s: by a later event or the sweep",
    "hold.approval": "the revert needs an approval: sgguard apply {plan} (as long as the group is at version {version})",
    "hold.frozen": "{by} froze this group: {text}",
    "hold.frozen-all": "{by} froze every group: {text}",
    "hold.switch": "SGGUARD_FREEZE is set: nothing is written",
    "hold.fight": "reverted {count} times within {minutes} minutes, and somebody keeps changing it back: alert only",
    "hold.budget": "the change budget of {limit} groups within {minutes} minutes is used up by {others} others: nothing is written",
    "hold.store": "the store cannot be used: {text}",
    "notice.silent": (
        "{count} groups were found at another version although no event told of it: {groups}. Check the "
        "EventBridge rule, its target, and CloudAudit's delivery to the event bus"
    ),
    "notice.unswept": "{count} places could not be read: {places}. {text}",
    "notice.quota": "{count} events came today; EventBridge delivers {quota} a day to a target by default",
    "notice.heartbeat": (
        "{covered} groups covered in {places} places, {others} not covered ({why}); the last event came {last}; "
        "{today} of {quota} events today; change budget {used} of {limit} used"
    ),
    "heartbeat.ago": "{minutes} minutes ago",
    "heartbeat.never": "before yesterday, or never",
    "notice.store": "the store cannot be used: the guard observes until it can",
    "act.cured": "somebody else put the group right before the guard wrote",
    "act.not-journalled": "how deed {id} ended could not be put on record: {text}",
    "act.kept-changing": "the group kept changing through {count} attempts",
    "act.store": "nothing was written: {text}",
}
