"""Korean."""

MESSAGES = {
    # One packet
    "packet.ingress": "{peer}에서 오는 {protocol}",
    "packet.ingress.port": "{peer}에서 오는 {protocol} 포트 {port}",
    "packet.egress": "{peer}(으)로 가는 {protocol}",
    "packet.egress.port": "{peer}(으)로 가는 {protocol} 포트 {port}",
    # Directions
    "direction.ingress": "인바운드",
    "direction.egress": "아웃바운드",
    # Words of tables
    "verdict.compliant": "준수",
    "verdict.violating": "위반",
    "verdict.undetermined": "판단 불가",
    "kind.excess": "초과 허용",
    "kind.missing": "누락",
    "kind.shadowed": "가려짐",
    "kind.undetermined": "판단 불가",
    "severity.info": "정보",
    "severity.low": "낮음",
    "severity.medium": "보통",
    "severity.high": "높음",
    "severity.critical": "심각",
    "debt.new": "신규",
    "debt.old": "기존",
    "debt.mixed": "일부 신규",
    "table.version": "버전 {version}",
    "table.basis.group": "이 보안 그룹만 판단했습니다: 머신의 바인딩이 주어지지 않았습니다.",
    "table.basis.stacks": "필요한 트래픽은 클러스터 머신이 가진 보안 그룹 조합마다 판단했습니다.",
    "table.before": "버전 {version}과(와) 비교했습니다({source}).",
    "table.source.file": "주어진 파일",
    "table.source.memory": "마지막으로 읽은 상태",
    "table.source.event": "이벤트의 주장이며 확인되지 않음",
    "table.finding": "발견",
    "table.severity": "심각도",
    "table.policies": "규칙",
    "table.traffic": "트래픽",
    "table.explanation": "설명",
    "table.practice": "관행",
    "table.possible": "(가능)",
    "table.stacks": "해당 조합: {stacks}.",
    "table.nowhere": "해당 조합 없음: 다른 보안 그룹이 막습니다.",
    "table.opened": "변경으로 열린 트래픽({direction}):",
    "table.cut": "변경으로 끊긴 트래픽({direction}):",
    "table.unchanged": "변경으로 열리거나 끊긴 트래픽이 없습니다.",
    "table.waiver.used": "면제 {id}이(가) 사용되고 있습니다.",
    "table.waiver.unused": "면제 {id}은(는) 어떤 문제와도 일치하지 않습니다: 삭제하십시오.",
    "table.waiver.expired": "면제 {id}은(는) 만료되어 무시됩니다: 갱신하거나 삭제하십시오.",
    "table.decision": "결정: {decision}",
    "table.end": "끝",
    "table.proof": "필요한 트래픽 {after}/{requirements} 정상(이전 {before}), 남는 발견 {remaining}건, {opened}",
    "table.opens": "새로 허용되는 트래픽이 있음",
    "table.opens-nothing": "새로 허용되는 트래픽이 없음",
    "decision.none": "없음",
    "decision.alert": "알림",
    "decision.revert": "되돌리기",
    "decision.refuse": "거부",
    # Findings
    "excess.certain": (
        "규칙 {index}({direction})이(가) {packet}을(를) 허용합니다. 기준은 이를 요구하지도 허용하지도 않습니다."
    ),
    "excess.possible": (
        "규칙 {index}({direction})이(가) {packet}을(를) 허용할 수 있습니다. 기준은 이를 요구하지도 허용하지도 "
        "않으며, 확인할 수 없는 규칙에 달려 있습니다."
    ),
    "missing.certain": "{requirement}에 필요한 트래픽이 거부됩니다: {packet}, {cause}. {why}",
    "missing.possible": (
        "{requirement}에 필요한 트래픽이 거부될 수 있습니다: {packet}, {cause}. 확인할 수 없는 규칙에 달려 "
        "있습니다. {why}"
    ),
    "dropped.policy": "규칙 {index}에 의해",
    "dropped.other": "{group}의 규칙 {index}에 의해",
    "dropped.implicit": "허용하는 규칙이 없기 때문에",
    "shadowed": "규칙 {index}({direction})은(는) 어떤 패킷도 결정하지 않습니다. 앞선 규칙이 모두 일치합니다.",
    "undetermined": "규칙 {index}({direction})을(를) 확인할 수 없습니다: {gap}.",
    # What is not known about a policy
    "gap.action": "정책 {text}은(는) ACCEPT도 DROP도 아닙니다",
    "gap.protocol": "프로토콜 {text}은(는) TCP, UDP, ICMP, ICMPv6, GRE, ALL 중 하나가 아닙니다",
    "gap.port-without-ports": "포트가 없는 프로토콜에 포트 {text}이(가) 지정되었습니다",
    "gap.both-services": "프로토콜과 프로토콜 포트 템플릿이 함께 지정되었습니다",
    "gap.many-services": "프로토콜 포트 템플릿이 둘 이상입니다",
    "gap.no-peer": "소스 또는 대상이 없습니다",
    "gap.many-peers": "소스 또는 대상이 둘 이상입니다",
    "gap.cidr-family": "{family} CIDR이 있어야 할 곳에 {text}이(가) 있습니다",
    "gap.public-ip": "MY_PUBLIC_IP는 작성자의 주소를 뜻합니다",
    "gap.member": "템플릿 구성원을 읽을 수 없습니다: {text}",
    "gap.loop": "{name}이(가) {chain}을(를) 통해 자신을 포함합니다",
    "gap.unknown-members": "{name}의 구성원을 알 수 없습니다",
    # Why a requirement is one
    "why.node.pod-network": "다른 노드의 Pod에 접근할 수 없게 됩니다.",
    "why.node.node-network": "다른 노드에서 노드, kubelet, kube-proxy 포워딩에 접근할 수 없게 됩니다.",
    "why.node.node-port-tcp": (
        "CLB는 클라이언트 주소를 유지한 채 NodeIP:NodePort로 전달하므로 Service에 접근할 수 없게 됩니다."
    ),
    "why.node.node-port-udp": (
        "CLB는 클라이언트 주소를 유지한 채 NodeIP:NodePort로 전달하므로 Service에 접근할 수 없게 됩니다."
    ),
    "why.node.egress-pod-network": "노드가 다른 노드의 Pod에 접근할 수 없게 됩니다.",
    "why.node.egress-node-network": "노드끼리, 그리고 노드와 Master가 서로 접근할 수 없게 됩니다.",
    "why.master.node-port-tcp-node-network": "노드가 Master를 통해 Service에 접근할 수 없게 됩니다.",
    "why.master.node-port-udp-node-network": "노드가 Master를 통해 Service에 접근할 수 없게 됩니다.",
    "why.master.api-server-node-network": (
        "노드가 API Server를 잃고, etcd 구성원이 서로를 잃으며, TCP DNS와 HPA 지표가 멈춥니다."
    ),
    "why.master.api-server-pod-network": "Pod가 API Server, TCP DNS, HPA 지표를 잃습니다.",
    "why.master.node-port-tcp-pod-network": "Pod가 Master를 통해 Service에 접근할 수 없게 됩니다.",
    "why.master.node-port-udp-pod-network": "Pod가 Master를 통해 Service에 접근할 수 없게 됩니다.",
    "why.master.dns-pod-network": "클러스터 안에서 이름을 확인할 수 없게 됩니다.",
    "why.master.dns-node-network": "노드에서 이름을 확인할 수 없게 됩니다.",
    "why.master.egress-pod-network": "Master가 Pod(웹훅, 집계 API, 지표)에 접근할 수 없게 됩니다.",
    "why.master.egress-node-network": "Master가 kubelet에 접근할 수 없게 됩니다.",
    # Practices that are not followed
    "practice.mixed-binding": (
        "클러스터의 머신 {count}대가 이 보안 그룹에 바인딩되어 있지 않습니다: {machines}. 한 클러스터의 머신은 같은 "
        "보안 그룹을 사용해야 하며, 그렇지 않으면 양쪽이 모두 허용할 때만 서로 통신합니다."
    ),
    "practice.foreign-binding": (
        "이 보안 그룹의 인스턴스 {count}개는 어느 클러스터에도 속하지 않습니다: {machines}. 그룹이 자신을 참조하는 "
        "곳에 접근할 수 있고, 노드와 똑같이 개방됩니다."
    ),
    "practice.custom-egress": (
        "아웃바운드 정책을 좁히면서 노드와 Pod 네트워크를 열어 두지 않았습니다: {requirements}."
    ),
    "practice.broad-ssh": (
        "공급자의 기본 보안 그룹처럼 SSH가 인터넷에 열려 있습니다: 정책 {policies}. 22번 포트의 소스를 실제로 로그인하는 "
        "주소로 제한하십시오."
    ),
    "practice.shadowed-policy": (
        "정책 {index}({direction})은 효력이 없습니다: 그 패킷은 정책 {policies}이(가) 결정합니다."
    ),
    "practice.redundant-policy": (
        "정책 {index}({direction})은 아무것도 바꾸지 않습니다: 없어도 정책 {policies}이(가) 그 패킷을 똑같이 결정합니다."
    ),
    # One packet on its way
    "trace.accepted": "{packet}: {group}의 정책 {index}이(가) 허용합니다: {row}.",
    "trace.dropped": "{packet}: {group}의 정책 {index}이(가) 차단합니다: {row}.",
    "trace.implicit": "{packet}: {groups}의 어떤 정책과도 일치하지 않아 차단됩니다.",
    "trace.unknown": "{packet}: 허용 여부가 해석할 수 없는 정책에 달려 있습니다.",
    "trace.may": "{group}의 정책 {index}이(가) 결정할 수 있습니다: {row}.",
    "trace.almost": "{group}의 정책 {index}은(는) {trait}만 다르고 거의 일치합니다: {row}.",
    "trace.required": "{requirement}이(가) 요구합니다: {row}. {source}",
    "trace.permitted": "{requirement}이(가) 허용합니다: {row}. {source}",
    "trace.beyond": "기준은 이를 요구하지도 허용하지도 않습니다.",
    "trait.protocol": "프로토콜",
    "trait.port": "포트",
    "trait.peer": "주소",
    # Decisions
    "decide.compliant": "보안 그룹이 기준에 맞습니다",
    "decide.actionable": "확실한 발견 {count}건이 되돌릴 만큼 심각합니다",
    "decide.mild": "발견 {count}건이 {severity} 미만입니다: 알림만",
    "decide.uncertain": "발견 {count}건이 확실하지 않습니다: 알림만",
    "decide.observe": "모드가 observe입니다: 아무것도 쓰지 않습니다",
    "decide.version": "버전 {version}은(는) 버전을 비교하는 쓰기에 사용할 수 없습니다",
    "decide.settings": "관찰만 합니다: {where} {what}",
    "proof.cuts": "{step}단계가 필요한 {direction} 트래픽을 끊습니다",
    "proof.opens": "{step}단계가 필요하지 않은 {direction} 트래픽을 엽니다",
    "proof.rows": "{step}단계에는 {direction} 규칙 {count}개가 필요하지만 보안 그룹은 {limit}개까지 담습니다",
    "proof.empty": "{step}단계 뒤에는 {direction} 규칙이 없습니다",
    "proof.remaining": "발견 {count}건이 남습니다",
    "proof.unmet": "요구 사항 {required}개 중 {intact}개만 확실히 충족됩니다",
    # What became of a plan
    "decide.exposure-only": "공개적으로 열린 부분만 즉시 닫습니다",
    "hold.mode": "구성에서 이 보안 그룹을 observe 모드로 설정했습니다",
    "hold.protected": "구성이 이 보안 그룹을 보호합니다: 절대 쓰지 않습니다",
    "hold.window": "유지 관리 시간대입니다: {text}",
    "hold.unsettled": "보안 그룹이 {seconds}초 전에 변경되었으며 {settle}초 동안 조용해진 뒤 이후 이벤트나 정기 점검에서 판단합니다",
    "hold.approval": "되돌리려면 승인이 필요합니다: sgguard apply {plan} (보안 그룹이 버전 {version}인 동안만 유효)",
    "hold.frozen": "{by}이(가) 이 보안 그룹을 동결했습니다: {text}",
    "hold.frozen-all": "{by}이(가) 모든 보안 그룹을 동결했습니다: {text}",
    "hold.switch": "SGGUARD_FREEZE가 설정되어 있습니다: 아무것도 쓰지 않습니다",
    "hold.fight": "{minutes}분 안에 {count}번 되돌렸지만 누군가 계속 다시 바꿉니다: 알림만",
    "hold.budget": "{minutes}분 안에 보안 그룹 {limit}개인 변경 예산을 다른 {others}개가 모두 사용했습니다: 아무것도 쓰지 않습니다",
    "hold.store": "저장소를 사용할 수 없습니다: {text}",
    "notice.silent": (
        "이벤트 없이 버전이 바뀐 보안 그룹이 {count}개 있습니다: {groups}. EventBridge 규칙과 대상, CloudAudit의 이벤트 버스 전달을 확인하십시오"
    ),
    "notice.unswept": "{count}곳을 읽을 수 없습니다: {places}. {text}",
    "notice.quota": "오늘 이벤트 {count}개가 도착했습니다. EventBridge는 기본적으로 대상 하나에 하루 {quota}개를 전달합니다",
    "notice.heartbeat": (
        "{places}곳에서 보안 그룹 {covered}개를 감시하며, {others}개는 대상이 아닙니다({why}). 마지막 이벤트: {last}. "
        "오늘 이벤트 {today}/{quota}, 변경 예산 {used}/{limit} 사용"
    ),
    "heartbeat.ago": "{minutes}분 전",
    "heartbeat.never": "어제 이전 또는 없음",
    "notice.store": "저장소를 사용할 수 없습니다: 복구될 때까지 관찰만 합니다",
    "act.cured": "쓰기 전에 다른 누군가가 보안 그룹을 바로잡았습니다",
    "act.not-journalled": "작업 {id}의 결과를 기록할 수 없습니다: {text}",
    "act.kept-changing": "{count}번 시도하는 동안 보안 그룹이 계속 바뀌었습니다",
    "act.store": "아무것도 쓰지 않았습니다: {text}",
}
