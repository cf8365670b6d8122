"""Things that go wrong on request: what may happen to a call, and when it does.

from tcmock.faults import Latency, Stale

cloud.faults.add("DescribeSecurityGroupPolicies", Stale(writes=2), probability=0.1, calls=None)
"""

from tcmock.faults.answer import (
    ErrorCode,
    FunctionCrash,
    HttpStatus,
    LostAnswer,
    PartialPage,
    ResetConnection,
    Stale,
    StoreDown,
    Throttle,
    Unauthorized,
)
from tcmock.faults.audit import AuditDuplicated, AuditLate, AuditLost, AuditReordered
from tcmock.faults.call import Latency
from tcmock.faults.effect import Effect
from tcmock.faults.fault import Fault
from tcmock.faults.schedule import Faults
from tcmock.faults.writer import BumpVersion, InsertRow, OtherCall, OtherWriterError

__all__ = [
    "AuditDuplicated",
    "AuditLate",
    "AuditLost",
    "AuditReordered",
    "BumpVersion",
    "Effect",
    "ErrorCode",
    "Fault",
    "Faults",
    "FunctionCrash",
    "HttpStatus",
    "InsertRow",
    "Latency",
    "LostAnswer",
    "OtherCall",
    "OtherWriterError",
    "PartialPage",
    "ResetConnection",
    "Stale",
    "StoreDown",
    "Throttle",
    "Unauthorized",
]
