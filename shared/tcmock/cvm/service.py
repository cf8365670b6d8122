"""Which actions of cvm exist here."""

from __future__ import annotations

from tcmock.cvm import instance_actions
from tcmock.invocation import Action, Service

CVM = Service("cvm", {"DescribeInstances": Action(instance_actions.describe)})
