"""The generated spec against what the shim assumes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scfshim import UnknownActionError, UnknownServiceError
from scfshim.pagination import LIST_MEMBERS
from scfshim.parameters import SCALARS
from scfshim.spec import Members, Service, method_name, service, services


def every_object() -> Iterator[tuple[Service, Members]]:
    for described in services().values():
        for action in described.actions.values():
            yield described, action.input
        for members in described.objects.values():
            yield described, members


def test_every_type_in_the_spec_can_be_checked() -> None:
    for described, members in every_object():
        for kind in members.values():
            assert kind.strip("[]!") in SCALARS | described.objects


def test_every_action_that_takes_offset_and_limit_can_be_paginated() -> None:
    listings = {
        name
        for described in services().values()
        for name, action in described.actions.items()
        if {"Offset", "Limit"} <= action.input.keys()
    }
    assert listings == LIST_MEMBERS.keys()


@pytest.mark.parametrize("described", services().values(), ids=services())
def test_method_names_are_unique(described: Service) -> None:
    assert len(described.methods()) == len(described.actions)


@pytest.mark.parametrize(
    ("action", "method"),
    [
        ("DescribeVpcs", "describe_vpcs"),
        ("DescribeSecurityGroupPolicies", "describe_security_group_policies"),
        ("DescribeIp6Translators", "describe_ip6_translators"),
        ("DescribeCCNs", "describe_ccns"),
    ],
)
def test_method_name(action: str, method: str) -> None:
    assert method_name(action) == method


def test_an_unknown_action_names_the_nearest() -> None:
    with pytest.raises(UnknownActionError, match="Nearest: describe_security_group_policies"):
        service("vpc").action("describe_security_group_polices")


def test_an_unknown_service_names_those_known() -> None:
    with pytest.raises(
        UnknownServiceError, match="Known: as, cloudaudit, cvm, scf, ssm, sts, tke, tke/2022-05-01, vpc"
    ):
        service("lighthouse")
