"""What TKE requires of a security group and what a site permits besides."""

from sgguard.baseline.expectation import Expectation, Expected, expect
from sgguard.baseline.requirement import Baseline, Requirement, read_baseline
from sgguard.baseline.shipped import shipped
from sgguard.baseline.site import Site, default_site, read_site, site_schema
from sgguard.baseline.waiver import Waiver

__all__ = [
    "Baseline",
    "Expectation",
    "Expected",
    "Requirement",
    "Site",
    "Waiver",
    "default_site",
    "expect",
    "read_baseline",
    "read_site",
    "shipped",
    "site_schema",
]
