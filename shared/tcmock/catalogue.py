"""The emulated products. A new one is a folder of its own and a line here."""

from __future__ import annotations

from tcmock.cvm.service import CVM
from tcmock.tke.service import TKE
from tcmock.vpc.service import VPC

SERVICES = {service.name: service for service in (VPC, CVM, TKE)}
