"""Where messages may be sent: public addresses only, whatever disguise the others come in."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from sgguard.adapters.channels.address import RefusedAddressError, checked_address, public
from sgguard.adapters.channels.channel import vendor_of
from sgguard.adapters.channels.endpoint import read_endpoint

REFUSED = [
    *(
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.0.23",
    ),
    *("169.254.169.254", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
    *("239.255.255.255", "240.0.0.1", "255.255.255.255", "9.0.0.1", "11.0.0.1", "192.88.99.1"),
    *("::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.0.23", "::169.254.0.23", "::8.8.8.8", "::ffff:0:0"),
    *("64:ff9b::a9fe:17", "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b:1:a9fe:0017::", "2002:a9fe:17::1"),
    *("2002:a00:1::", "2002:7f00:1::1", "2001::1", "2001:db8::1", "100::1", "fc00::1", "fd00::1", "fe80::1"),
    *("fec0::1", "ff02::1", "ff05::2", "2001:0:a9fe:17::"),
]
PUBLIC = [
    *(
        "8.8.8.8",
        "1.1.1.1",
        "119.29.29.29",
        "42.194.0.1",
        "12.0.0.1",
        "8.0.0.1",
        "2400:3200::1",
        "2606:4700::1",
    ),
    *("64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_inside(text: str) -> None:
    assert not public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_outside(text: str) -> None:
    assert public(ip_address(text))


def test_a_sites_own_network_may_be_named_but_the_metadata_service_never() -> None:
    own = [ip_network("10.1.0.0/16"), ip_network("fd00::/8"), ip_network("0.0.0.0/0"), ip_network("::/0")]
    assert public(ip_address("10.1.2.3"), own)
    assert public(ip_address("fd00::5"), own)
    for text in ("169.254.0.23", "::ffff:169.254.0.23", "64:ff9b::a9fe:17", "2002:a9fe:17::1", "fe80::1"):
        assert not public(ip_address(text), own), text
    assert not public(ip_address("10.2.0.1"), own[:1])


def answers(*texts: str) -> object:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return texts

    return resolve


def test_every_address_of_a_host_is_looked_at() -> None:
    assert str(checked_address("h", 443, answers("8.8.8.8", "1.1.1.1"))) == "8.8.8.8"  # type: ignore[arg-type]
    for texts in (("8.8.8.8", "10.0.0.1"), ("169.254.0.23",), ("2606:4700::1", "::1"), ("fe80::1%eth0",)):
        with pytest.raises(RefusedAddressError, match="not public"):
            checked_address("h", 443, answers(*texts))  # type: ignore[arg-type]
    with pytest.raises(OSError, match="no address"):
        checked_address("h", 443, answers())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x"),
        ("wecom", "https://QYAPI.weixin.qq.com.:443/cgi-bin/webhook/send?key=x"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/x"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/x"),
        ("slack", "https://hooks.slack.com/services/T/B/x"),
        ("teams", "https://prod-01.westeurope.logic.azure.com/workflows/x?sig=y"),
        ("teams", "https://default0.1f.environment.api.powerplatform.com/powerautomate/x"),
        ("webhook", "https://anything.example.org/x"),
    ],
)
def test_hosts_of_a_vendor(kind: str, url: str) -> None:
    read_endpoint(url, vendor_of(kind).hosts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/x"),
        ("wecom", "https://evil.example/qyapi.weixin.qq.com"),
        ("wecom", "https://qyapi.weixin.qq.com@evil.example/x"),
        ("wecom", "https://xqyapi.weixin.qq.com/x"),
        ("dingtalk", "https://169.254.0.23/x"),
        ("slack", "https://hooks.slack.com.evil.example/x"),
        ("teams", "https://logic.azure.com.evil.example/x"),
        ("teams", "https://evillogic.azure.com.example/x"),
        ("teams", "https://xlogic.azure.com/x"),
        ("feishu", "http://open.feishu.cn/x"),
    ],
)
def test_hosts_that_only_look_like_it(kind: str, url: str) -> None:
    with pytest.raises(ValueError, match=r"host|https|password"):
        read_endpoint(url, vendor_of(kind).hosts)  # type: ignore[arg-type]
