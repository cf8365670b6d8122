"""Parameter templates of the four kinds: made, changed, listed, deleted, and what that does to rows."""

from __future__ import annotations

from typing import Any

import pytest

from tcmock import Cloud, StateError

KINDS = {
    "AddressTemplate": ("ipm", "Addresses", "AddressSet", ["10.0.0.1", "10.1.0.0/16"]),
    "ServiceTemplate": ("ppm", "Services", "ServiceSet", ["tcp:80", "udp:99"]),
    "AddressTemplateGroup": ("ipmg", "AddressTemplateIds", "AddressTemplateIdSet", ["ipm-0000000a"]),
    "ServiceTemplateGroup": ("ppmg", "ServiceTemplateIds", "ServiceTemplateIdSet", ["ppm-0000000a"]),
}
GROUP = "sg-0000000a"


@pytest.fixture(autouse=True)
def _world(region: Any) -> None:
    for letter in "ab":
        address, service = f"ipm-0000000{letter}", f"ppm-0000000{letter}"
        region.add("address_templates", AddressTemplateId=address, AddressSet=[f"10.0.0.{ord(letter)}"])
        region.add("service_templates", ServiceTemplateId=service, ServiceSet=[f"tcp:{ord(letter)}"])
    region.add_security_group(SecurityGroupId=GROUP)


def listed(api: Any, noun: str, **params: Any) -> list[dict[str, Any]]:
    """What Describe…s answers."""
    answer = api("vpc", f"Describe{noun}s", **params)
    assert answer["TotalCount"] >= len(answer[f"{noun}Set"])
    return answer[f"{noun}Set"]


def only(name: str, *values: str) -> list[dict[str, Any]]:
    """One filter."""
    return [{"Name": name, "Values": [*values]}]


@pytest.mark.parametrize("noun", KINDS)
def test_the_life_of_a_template(api: Any, noun: str) -> None:
    """Made, found, changed in name or in members, and gone."""
    prefix, given, answered, members = KINDS[noun]
    about = {f"{noun}Name": "mine", given: members, "Tags": [{"Key": "city", "Value": "shanghai"}]}
    made = api("vpc", f"Create{noun}", **about)[noun]
    template = made[f"{noun}Id"]
    assert template.startswith(f"{prefix}-")
    assert (made[f"{noun}Name"], made[answered], made["TagSet"]) == ("mine", members, about["Tags"])
    word = noun.replace("Template", "-template").replace("Group", "-group").lower()
    by_name = only(f"{word}-name", "mine")
    by_id = only(f"{word}-id", template)
    assert listed(api, noun, Filters=by_name + by_id) == [made]
    assert api("vpc", f"Modify{noun}Attribute", **{f"{noun}Id": template, f"{noun}Name": "ours"}).keys() == {
        "RequestId"
    }
    (found,) = listed(api, noun, Filters=by_id)
    assert (found[f"{noun}Name"], found[answered]) == ("ours", members)
    api("vpc", f"Modify{noun}Attribute", **{f"{noun}Id": template, given: members[:1]})
    (found,) = listed(api, noun, Filters=by_id)
    assert (found[f"{noun}Name"], found[answered]) == ("ours", members[:1])
    api("vpc", f"Delete{noun}", **{f"{noun}Id": template})
    assert listed(api, noun, Filters=by_id) == []


@pytest.mark.parametrize("noun", KINDS)
def test_members_are_added_exchanged_and_taken_out(api: Any, noun: str) -> None:
    """One by one, in any kind of template."""
    prefix, given, answered, members = KINDS[noun]
    other, third = {
        "ipm": ("10.2.0.0/16", "::1"),
        "ppm": ("TCP:ALL", "icmp"),
        "ipmg": ("ipm-0000000b", "ipm-0000000c"),
        "ppmg": ("ppm-0000000b", "ppm-0000000c"),
    }[prefix]
    if prefix.endswith("g"):
        section = "address_templates" if prefix == "ipmg" else "service_templates"
        name, values = KINDS[noun.removesuffix("Group")][2], KINDS[noun.removesuffix("Group")][3]
        api.cloud.account("100000000001").region("ap-guangzhou").add(
            section, **{f"{noun.removesuffix('Group')}Id": third, name: values}
        )
    about = {f"{noun}Name": "mine", given: members[:1]}
    template = api("vpc", f"Create{noun}", **about)[noun][f"{noun}Id"]

    def now() -> list[str]:
        return listed(api, noun, Limit="100")[-1][answered]

    def members_of(*texts: str) -> list[dict[str, Any]]:
        return [{"Member": text, "Description": "why"} for text in texts]

    api("vpc", "AddTemplateMember", TemplateId=template, TemplateMember=members_of(other))
    assert now() == [members[0], other.replace("TCP", "tcp")]
    api(
        "vpc",
        "ModifyTemplateMember",
        TemplateId=template,
        OriginalTemplateMember=members_of(members[0]),
        TemplateMember=members_of(third),
    )
    assert now() == [third, other.replace("TCP", "tcp")]
    api("vpc", "DeleteTemplateMember", TemplateId=template, TemplateMember=members_of(other))
    assert now() == [third]


def test_members_may_be_described(api: Any) -> None:
    """In the objects beside the texts; a group shows the templates that it holds."""
    extra = [{"Address": "10.0.0.1", "Description": "the gateway"}]
    made = api("vpc", "CreateAddressTemplate", AddressTemplateName="x", AddressesExtra=extra)[
        "AddressTemplate"
    ]
    (shown,) = made["AddressExtraSet"]
    assert (shown["Address"], shown["Description"]) == ("10.0.0.1", "the gateway")
    assert made["AddressSet"] == ["10.0.0.1"]
    about = {"ServiceTemplateGroupName": "x", "ServiceTemplateIds": ["ppm-0000000b"]}
    group = api("vpc", "CreateServiceTemplateGroup", **about)["ServiceTemplateGroup"]
    (held,) = group["ServiceTemplateSet"]
    assert (held["ServiceTemplateId"], held["ServiceSet"]) == ("ppm-0000000b", ["tcp:98"])


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("TCP:80,443", "tcp:80,443"),
        ("udp: 3306-20000", "udp:3306-20000"),
        ("Tcp:all", "tcp:ALL"),
        ("ICMP", "icmp"),
        ("gre:all", "gre"),
    ],
)
def test_services_as_they_are_answered(local: Any, given: str, answered: str) -> None:
    """Lower case, as published."""
    about = {"ServiceTemplateName": "x", "Services": [given]}
    assert local("vpc", "CreateServiceTemplate", **about)["ServiceTemplate"]["ServiceSet"] == [answered]


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
        (" 192.168.1.0/24\r\n", "192.168.1.0/24"),
        ("10.9.89.9/25", "10.9.89.9/25"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff"),
    ],
)
def test_addresses_as_they_are_answered(local: Any, given: str, answered: str) -> None:
    """As they were written, but for white space: a published example has line ends."""
    about = {"AddressTemplateName": "x", "Addresses": [given]}
    assert local("vpc", "CreateAddressTemplate", **about)["AddressTemplate"]["AddressSet"] == [answered]


MANY = [f"10.0.{n}.0/24" for n in range(21)]


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("CreateAddressTemplate", {"Addresses": []}, "InvalidParameterValue.Empty"),
        (
            "CreateAddressTemplate",
            {"Addresses": ["10.0.0.1"], "AddressesExtra": [{"Address": "10.0.0.2"}]},
            "InvalidParameter.Coexist",
        ),
        ("CreateAddressTemplate", {"Addresses": ["10.0.0.256"]}, "InvalidParameterValue.Malformed"),
        ("CreateAddressTemplate", {"Addresses": ["10.0.0.9-10.0.0.1"]}, "InvalidParameterValue.Malformed"),
        ("CreateAddressTemplate", {"Addresses": ["10.0.0.0/8-10.0.0.9"]}, "InvalidParameterValue.Malformed"),
        ("CreateAddressTemplate", {"Addresses": ["10.0.0.1-::1"]}, "InvalidParameterValue.Malformed"),
        ("CreateAddressTemplate", {"Addresses": [""]}, "InvalidParameterValue.Malformed"),
        ("CreateAddressTemplate", {"Addresses": ["10.0.0.1"] * 2}, "InvalidParameterValue.Duplicate"),
        ("CreateAddressTemplate", {"Addresses": MANY}, "LimitExceeded"),
        (
            "CreateAddressTemplate",
            {"Addresses": ["10.0.0.1"], "AddressTemplateName": "x" * 61},
            "InvalidParameterValue.TooLong",
        ),
        ("CreateServiceTemplate", {"Services": ["SCTP:1"]}, "InvalidParameterValue.Range"),
        ("CreateServiceTemplate", {"Services": ["tcp"]}, "InvalidParameterValue.Malformed"),
        ("CreateServiceTemplate", {"Services": ["tcp:http"]}, "InvalidParameterValue.Malformed"),
        ("CreateServiceTemplate", {"Services": ["tcp:99999"]}, "InvalidParameterValue.Range"),
        ("CreateServiceTemplate", {"Services": ["icmp:8"]}, "InvalidParameterValue.Malformed"),
        (
            "CreateServiceTemplate",
            {"Services": ["tcp:" + ",".join(["65535"] * 22)]},
            "InvalidParameterValue.Malformed",
        ),
        ("CreateAddressTemplateGroup", {"AddressTemplateIds": ["ipm-00000009"]}, "ResourceNotFound"),
        (
            "CreateAddressTemplateGroup",
            {"AddressTemplateIds": ["ppm-0000000a"]},
            "InvalidParameterValue.Malformed",
        ),
        ("ModifyAddressTemplateAttribute", {"AddressTemplateId": "ipm-00000009"}, "ResourceNotFound"),
        ("DeleteServiceTemplate", {"ServiceTemplateId": "ipm-0000000a"}, "InvalidParameterValue.Malformed"),
        ("DeleteServiceTemplateGroup", {"ServiceTemplateGroupId": "ppmg-00000009"}, "ResourceNotFound"),
        ("AddTemplateMember", {"TemplateId": "ipm-00000009"}, "ResourceNotFound"),
        ("AddTemplateMember", {"TemplateId": "sg-0000000a"}, "InvalidParameterValue.Malformed"),
        ("AddTemplateMember", {"TemplateMember": []}, "InvalidParameterValue.Empty"),
        (
            "AddTemplateMember",
            {"TemplateMember": [{"Member": "10.0.0.97"}]},
            "InvalidParameterValue.Duplicate",
        ),
        ("AddTemplateMember", {"TemplateMember": [{"Member": m} for m in MANY]}, "LimitExceeded"),
        ("DeleteTemplateMember", {"TemplateMember": [{"Member": "10.0.0.1"}]}, "ResourceNotFound"),
        ("ModifyTemplateMember", {"OriginalTemplateMember": [{"Member": "10.0.0.1"}]}, "ResourceNotFound"),
        (
            "ModifyTemplateMember",
            {"OriginalTemplateMember": [{"Member": "10.0.0.97"}, {"Member": "10.0.0.1"}]},
            "InvalidParameterValue",
        ),
        ("DescribeAddressTemplates", {"Filters": only("colour", "red")}, "InvalidParameter.FilterInvalidKey"),
        ("DescribeAddressTemplates", {"Limit": "0"}, "InvalidParameterValue.Range"),
        ("DescribeAddressTemplates", {"OrderField": "Name"}, "InvalidParameterValue.Range"),
        (
            "DescribeAddressTemplates",
            {"OrderField": "CreatedTime", "OrderDirection": "UP"},
            "InvalidParameterValue.Range",
        ),
        ("DescribeAddressTemplates", {"MemberOrderField": "Address"}, "UnsupportedOperation"),
        (
            "DescribeAddressTemplateGroups",
            {"Filters": only("address-ip", "x")},
            "InvalidParameter.FilterInvalidKey",
        ),
    ],
)
def test_what_is_refused(local: Any, action: str, params: dict[str, Any], code: str) -> None:
    """And nothing has changed."""
    noun = action.removeprefix("Create").removesuffix("s")
    named = {f"{noun}Name": "x"} if action.startswith("Create") else {}
    member = {"TemplateId": "ipm-0000000a", "TemplateMember": [{"Member": "10.9.9.9"}]}
    defaults = {**named, **(member if action.endswith("Member") else {})}
    before = local.cloud.dump()
    assert local.error("vpc", action, **{**defaults, **params}) == code
    assert local.cloud.dump() == before


def test_templates_by_member_and_order(api: Any) -> None:
    """Filters beside name and id, and the order that was asked for."""

    def found(noun: str, **params: Any) -> list[str]:
        return [item[f"{noun}Id"] for item in listed(api, noun, **params)]

    assert found("AddressTemplate", Filters=only("address-ip", "10.0.0.98")) == ["ipm-0000000b"]
    assert found("ServiceTemplate", Filters=only("service-port", "tcp:97")) == ["ppm-0000000a"]
    order = {"OrderField": "AddressTemplateId", "OrderDirection": "DESC"}
    assert found("AddressTemplate", **order) == ["ipm-0000000b", "ipm-0000000a"]
    assert found("AddressTemplate", Offset="1", Limit="1") == ["ipm-0000000b"]


def test_limits(api: Any) -> None:
    """Twenty members each."""
    limits = api("vpc", "DescribeTemplateLimits")["TemplateLimit"]
    assert limits == dict.fromkeys(
        (
            "AddressTemplateMemberLimit",
            "AddressTemplateGroupMemberLimit",
            "ServiceTemplateMemberLimit",
            "ServiceTemplateGroupMemberLimit",
        ),
        20,
    )


def test_a_thousand_templates_of_one_kind(local: Any, region: Any) -> None:
    """And one more of another."""
    for _ in range(998):
        region.add("address_templates", AddressSet=["10.0.0.1"])
    about = {"AddressTemplateName": "x", "Addresses": ["10.0.0.1"]}
    assert local.error("vpc", "CreateAddressTemplate", **about) == "LimitExceeded"
    local("vpc", "CreateServiceTemplate", ServiceTemplateName="x", Services=["tcp:1"])


def test_changes_are_tasks_that_are_done(api: Any) -> None:
    """Known by the id of the request; nobody knows another."""
    about = {"AddressTemplateId": "ipm-0000000a", "AddressTemplateName": "x"}
    task = api("vpc", "ModifyAddressTemplateAttribute", **about)["RequestId"]
    assert api("vpc", "DescribeVpcTaskResult", TaskId=task)["Status"] == "SUCCESS"
    assert api.error("vpc", "DescribeVpcTaskResult", TaskId="another") == "ResourceNotFound"


@pytest.fixture
def used(region: Any) -> str:
    """A group with rows that use a template, a group of templates, and neither; at version 5."""
    region.add(
        "address_template_groups",
        AddressTemplateGroupId="ipmg-0000000a",
        AddressTemplateIdSet=["ipm-0000000a", "ipm-0000000b"],
    )
    row = {"Protocol": "ALL", "Action": "ACCEPT"}
    return region.add_security_group(
        SecurityGroupPolicySet={
            "Version": "5",
            "Ingress": [
                {**row, "AddressTemplate": {"AddressId": "ipm-0000000a"}},
                {**row, "CidrBlock": "10.0.0.0/8"},
                {**row, "AddressTemplate": {"AddressGroupId": "ipmg-0000000a"}},
            ],
            "Egress": [
                {
                    "Action": "ACCEPT",
                    "ServiceTemplate": {"ServiceId": "ppm-0000000a"},
                    "AddressTemplate": {"AddressId": "ipm-0000000a"},
                }
            ],
        }
    )


def test_a_deleted_template_takes_its_rows_along(api: Any, cloud: Any, used: str) -> None:
    """The version rises once, no record names the group, and the template leaves its groups."""
    api("vpc", "DeleteAddressTemplate", AddressTemplateId="ipm-0000000a")
    rows = api.rows(used)
    assert [row["CidrBlock"] or row["AddressTemplate"]["AddressGroupId"] for row in rows] == [
        "10.0.0.0/8",
        "ipmg-0000000a",
    ]
    assert api.rows(used, "Egress") == []
    assert (api.version(used), api.version(GROUP)) == ("6", "0")
    (group,) = listed(api, "AddressTemplateGroup")
    assert group["AddressTemplateIdSet"] == ["ipm-0000000b"]
    assert [record["resourceName"] for record in cloud.audit.records] == ["address/ipm-0000000a"]
    api("vpc", "DeleteAddressTemplateGroup", AddressTemplateGroupId="ipmg-0000000a")
    assert [row["CidrBlock"] for row in api.rows(used)] == ["10.0.0.0/8"]
    assert api.version(used) == "7"


def test_a_changed_template_moves_no_version(api: Any, used: str) -> None:
    """The rows mean something else, and nothing of the group tells so."""
    about = {"AddressTemplateId": "ipm-0000000a", "Addresses": ["0.0.0.0/0"]}
    before = api.rows(used)
    api("vpc", "ModifyAddressTemplateAttribute", **about)
    assert (api.rows(used), api.version(used)) == (before, "5")


def test_templates_survive_a_document(api: Any, cloud: Any, used: str) -> None:
    """With the descriptions of their members."""
    extra = [{"Address": "10.0.0.1", "Description": "the gateway"}]
    api("vpc", "CreateAddressTemplate", AddressTemplateName="x", AddressesExtra=extra)
    other = Cloud()
    other.load(cloud.dump())
    assert other.dump() == cloud.dump()
    assert used in str(other.dump())


@pytest.mark.parametrize(
    ("section", "entry", "message"),
    [
        ("address_templates", {"AddressSet": ["10.0.0.256"]}, r"AddressSet\[0\]: InvalidParameterValue"),
        ("address_templates", {"AddressSet": ["::1"] * 2}, "AddressSet: InvalidParameterValue.Duplicate"),
        ("address_templates", {"Addresses": ["::1"]}, "Addresses: is unknown"),
        ("address_templates", {"AddressTemplateId": "ipm-1"}, "AddressTemplateId: `ipm-1` is no id"),
        ("address_templates", {"AddressTemplateId": "ipm-0000000a"}, "is there already"),
        (
            "address_templates",
            {"AddressSet": ["::1"], "AddressExtraSet": [{"Address": "::2"}]},
            "AddressSet: contradicts AddressExtraSet",
        ),
        (
            "address_templates",
            {"AddressExtraSet": [{"Addres": "::2"}]},
            r"AddressExtraSet\[0\].Addres: is unknown",
        ),
        (
            "service_template_groups",
            {"ServiceTemplateIdSet": ["ppm-00000009"]},
            r"ServiceTemplateIdSet\[0\]: `ppm-00000009` does not exist",
        ),
    ],
)
def test_what_documents_are_refused_for(
    region: Any, section: str, entry: dict[str, Any], message: str
) -> None:
    """By the place of the mistake."""
    with pytest.raises(StateError, match=message):
        region.add(section, **entry)
