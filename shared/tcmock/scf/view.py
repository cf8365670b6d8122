"""Functions and triggers as the API shows them; members as in the documented answers."""

from __future__ import annotations

from tcmock.clock import china_time
from tcmock.invocation import Answer
from tcmock.scf.models import Function, Trigger, Version


def described(function: Function, version: Version, now: float) -> Answer:
    """All of a function, as one of its versions has it."""
    configuration = version.configuration
    return {
        "ModTime": china_time(function.modified),
        "CodeInfo": "",
        "Description": configuration.description,
        "Triggers": [shown_trigger(trigger) for trigger in function.triggers.values()],
        "Handler": configuration.handler,
        "CodeSize": version.code.size,
        "Timeout": configuration.timeout,
        "FunctionVersion": version.name,
        "MemorySize": configuration.memory,
        "Runtime": configuration.runtime,
        "FunctionName": function.name,
        "VpcConfig": {"VpcId": configuration.vpc_id, "SubnetId": configuration.subnet_id},
        "UseGpu": "FALSE",
        "Environment": {
            "Variables": [{"Key": key, "Value": value} for key, value in configuration.environment.items()]
        },
        "CodeResult": "success",
        "CodeError": "",
        "ErrNo": 0,
        "Namespace": function.namespace,
        "Role": configuration.role,
        "InstallDependency": "FALSE",
        "Status": function.status(now),
        "StatusDesc": "",
        "ClsLogsetId": configuration.cls_logset_id,
        "ClsTopicId": configuration.cls_topic_id,
        "FunctionId": function.function_id,
        "Tags": _tags(function),
        "EipConfig": {"EipFixed": "FALSE", "Eips": []},
        "AccessInfo": {"Host": "", "Vip": ""},
        "Type": "Event",
        "L5Enable": "FALSE",
        "Layers": [],
        "DeadLetterConfig": {
            "Type": configuration.dead_letters.type,
            "Name": configuration.dead_letters.name,
            "FilterType": configuration.dead_letters.filter_type,
        },
        "AddTime": china_time(function.added),
        "PublicNetConfig": {
            "PublicNetStatus": configuration.public_net,
            "EipConfig": {"EipStatus": "DISABLE", "EipAddress": []},
        },
        "OnsEnable": "FALSE",
        "CfsConfig": {"CfsInsList": []},
        "AvailableStatus": "Available",
        "Qualifier": version.name,
        "InitTimeout": configuration.init_timeout,
        "StatusReasons": [],
        "AsyncRunEnable": "FALSE",
        "TraceEnable": "FALSE",
        "ImageConfig": {
            "RegistryId": "",
            "ImageType": "",
            "ImageUri": "",
            "ContainerImageAccelerate": False,
            "Command": "",
            "Args": "",
            "ImagePort": 0,
            "EntryPoint": None,
        },
        "ProtocolType": "",
        "ProtocolParams": None,
        "InstanceConcurrencyConfig": None,
        "DnsCache": "FALSE",
        "IntranetConfig": {"IpFixed": "DISABLE", "IpAddress": []},
    }


def listed(function: Function, now: float) -> Answer:
    """A function among others."""
    configuration = function.latest.configuration
    return {
        "ModTime": china_time(function.modified),
        "AddTime": china_time(function.added),
        "Runtime": configuration.runtime,
        "FunctionName": function.name,
        "FunctionId": function.function_id,
        "Namespace": function.namespace,
        "Status": function.status(now),
        "StatusDesc": "",
        "Description": configuration.description,
        "Tags": _tags(function),
        "Type": "Event",
        "StatusReasons": [],
        "TotalProvisionedConcurrencyMem": 0,
        "ReservedConcurrencyMem": function.reserved_memory,
        "AsyncRunEnable": "FALSE",
        "TraceEnable": "FALSE",
    }


def shown_trigger(trigger: Trigger) -> Answer:
    """A trigger."""
    return {
        "ModTime": china_time(trigger.modified),
        "Type": trigger.type,
        "TriggerDesc": f'{{"cron":"{trigger.cron.text}"}}',
        "TriggerName": trigger.name,
        "AddTime": china_time(trigger.added),
        "Enable": int(trigger.enabled),
        "CustomArgument": trigger.argument,
        "AvailableStatus": "Available",
        "ResourceId": trigger.name,
        "BindStatus": "on",
        "TriggerAttribute": "single",
        "Qualifier": trigger.qualifier,
        "Description": trigger.description,
    }


def _tags(function: Function) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in function.tags.items()]
