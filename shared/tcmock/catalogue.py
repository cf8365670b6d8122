"""The emulated products. A new one is a folder of its own and a line here."""

from __future__ import annotations

from tcmock.account import Schema
from tcmock.autoscaling.service import AUTOSCALING
from tcmock.cam.service import CAM
from tcmock.cloudaudit.service import CLOUDAUDIT
from tcmock.cos.service import COS
from tcmock.cvm.service import CVM
from tcmock.eventbridge.service import EVENTBRIDGE
from tcmock.scf.service import SCF
from tcmock.section import Sections
from tcmock.ssm.service import SSM
from tcmock.sts.service import STS
from tcmock.tagging.service import TAGGING
from tcmock.tke.service import TKE
from tcmock.vpc.service import VPC

_PRODUCTS = (VPC, CVM, AUTOSCALING, TKE, CAM, STS, TAGGING, EVENTBRIDGE, SCF, COS, CLOUDAUDIT, SSM)
"""In the order in which what they have depends on each other."""

SERVICES = {(service.name, service.version): service for product in _PRODUCTS for service in product.services}

SCHEMA = Schema(
    account=Sections(section for product in _PRODUCTS for section in product.account_sections),
    region=Sections(section for product in _PRODUCTS for section in product.region_sections),
)
