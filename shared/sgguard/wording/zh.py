"""Chinese."""

MESSAGES = {
    # One packet
    "packet.ingress": "来自 {peer} 的 {protocol}",
    "packet.ingress.port": "来自 {peer} 的 {protocol} {port} 端口",
    "packet.egress": "发往 {peer} 的 {protocol}",
    "packet.egress.port": "发往 {peer} 的 {protocol} {port} 端口",
    # Directions
    "direction.ingress": "入站",
    "direction.egress": "出站",
    # Findings
    "excess.certain": "规则 {index}（{direction}）放通了{packet}，基线既不要求也不允许。",
    "excess.possible": "规则 {index}（{direction}）可能放通{packet}，基线既不要求也不允许；取决于无法解析的规则。",
    "missing.certain": "{requirement} 必需的流量被拒绝：{packet}，{cause}。{why}",
    "missing.possible": "{requirement} 必需的流量可能被拒绝：{packet}，{cause}；取决于无法解析的规则。{why}",
    "dropped.policy": "由规则 {index} 拒绝",
    "dropped.other": "由 {group} 的规则 {index} 拒绝",
    "dropped.implicit": "因为没有规则放通它",
    "shadowed": "规则 {index}（{direction}）不会决定任何数据包：其前面的规则已全部匹配。",
    "undetermined": "规则 {index}（{direction}）无法解析：{gap}。",
    # What is not known about a policy
    "gap.action": "策略 {text} 既不是 ACCEPT 也不是 DROP",
    "gap.protocol": "协议 {text} 不是 TCP、UDP、ICMP、ICMPv6、GRE、ALL 之一",
    "gap.port-without-ports": "协议没有端口，却写了端口 {text}",
    "gap.both-services": "同时写了协议和协议端口模板",
    "gap.many-services": "同时写了多个协议端口模板",
    "gap.no-peer": "没有写来源或目标",
    "gap.many-peers": "写了多个来源或目标",
    "gap.cidr-family": "此处应为 {family} 的 CIDR，却是 {text}",
    "gap.public-ip": "MY_PUBLIC_IP 代表编写者的地址",
    "gap.member": "模板成员无法读取：{text}",
    "gap.loop": "{name} 通过 {chain} 包含了自身",
    "gap.unknown-members": "{name} 的成员未知",
    # Why a requirement is one
    "why.node.pod-network": "其他节点上的 Pod 将无法访问。",
    "why.node.node-network": "其他节点将无法访问本节点、kubelet 以及 kube-proxy 的转发。",
    "why.node.node-port-tcp": "CLB 转发到 NodeIP:NodePort 并保留客户端地址；Service 将无法访问。",
    "why.node.node-port-udp": "CLB 转发到 NodeIP:NodePort 并保留客户端地址；Service 将无法访问。",
    "why.node.egress-pod-network": "节点将无法访问其他节点上的 Pod。",
    "why.node.egress-node-network": "节点之间以及节点与 Master 之间将无法互访。",
    "why.master.node-port-tcp-node-network": "节点将无法通过 Master 访问 Service。",
    "why.master.node-port-udp-node-network": "节点将无法通过 Master 访问 Service。",
    "why.master.api-server-node-network": "节点将失去 API Server，etcd 成员之间断开，TCP DNS 与 HPA 指标停止。",
    "why.master.api-server-pod-network": "Pod 将失去 API Server、TCP DNS 与 HPA 指标。",
    "why.master.node-port-tcp-pod-network": "Pod 将无法通过 Master 访问 Service。",
    "why.master.node-port-udp-pod-network": "Pod 将无法通过 Master 访问 Service。",
    "why.master.dns-pod-network": "集群内将无法解析域名。",
    "why.master.dns-node-network": "节点上将无法解析域名。",
    "why.master.egress-pod-network": "Master 将无法访问 Pod（Webhook、聚合 API、指标）。",
    "why.master.egress-node-network": "Master 将无法访问 kubelet。",
    # Practices that are not followed
    "practice.mixed-binding": (
        "集群中有 {count} 台机器未绑定此安全组：{machines}。同一集群的机器应使用同一个安全组，否则只有双方都放通时才能互访。"
    ),
    "practice.foreign-binding": (
        "此安全组中有 {count} 个实例不属于其任何集群：{machines}。它们可以访问安全组引用自身之处，并与节点一样被放通。"
    ),
    "practice.custom-egress": "出站规则被收窄，却没有保留节点网段和 Pod 网段：{requirements}。",
    "practice.broad-ssh": (
        "SSH 对互联网放通，与厂商的默认安全组相同：规则 {policies}。请将 22 端口的来源限制为实际登录的地址。"
    ),
    "practice.shadowed-policy": "规则 {index}（{direction}）无效：其数据包由规则 {policies} 决定。",
    "practice.redundant-policy": (
        "规则 {index}（{direction}）没有作用：没有它时，规则 {policies} 会以同样的方式决定其数据包。"
    ),
    # One packet on its way
    "trace.accepted": "{packet} 被 {group} 的规则 {index} 放通：{row}。",
    "trace.dropped": "{packet} 被 {group} 的规则 {index} 拒绝：{row}。",
    "trace.implicit": "{packet} 被拒绝：{groups} 中没有规则匹配。",
    "trace.unknown": "{packet}：放通还是拒绝，取决于无法解析的规则。",
    "trace.may": "{group} 的规则 {index} 可能决定它：{row}。",
    "trace.almost": "{group} 的规则 {index} 几乎匹配，只有{trait}不同：{row}。",
    "trace.required": "{requirement} 要求放通：{row}。{source}",
    "trace.permitted": "{requirement} 允许放通：{row}。{source}",
    "trace.beyond": "基线既不要求也不允许它。",
    "trait.protocol": "协议",
    "trait.port": "端口",
    "trait.peer": "地址",
    # Decisions
    "decide.compliant": "安全组符合基线",
    "decide.actionable": "{count} 个确定的发现严重到需要回退",
    "decide.mild": "{count} 个发现低于 {severity}：仅告警",
    "decide.uncertain": "{count} 个发现不确定：仅告警",
    "decide.observe": "模式为 observe：不写入",
    "decide.version": "版本 {version} 不能用于带版本比较的写入",
    "decide.settings": "仅观察，因为 {where} {what}",
    "proof.cuts": "第 {step} 步会切断必需的{direction}流量",
    "proof.opens": "第 {step} 步会放通并非必需的{direction}流量",
    "proof.rows": "第 {step} 步需要 {count} 条{direction}规则，而一个安全组最多 {limit} 条",
    "proof.empty": "第 {step} 步之后没有任何{direction}规则",
    "proof.remaining": "仍会剩下 {count} 个发现",
    "proof.unmet": "{required} 项要求中只有 {intact} 项确定满足",
    # What became of a plan
    "act.kept-changing": "连续 {count} 次尝试期间安全组一直在变化",
    "act.store": "未写入任何内容：{text}",
}
