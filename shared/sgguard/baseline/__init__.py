"""What TKE requires of a security group and what a site permits besides."""

from sgguard.baseline.expectation import Expectation, Expected, expect
from sgguard.baseline.requirement import Baseline, Requirement, read_baseline
from sgguard.baseline.shipped import shipped

__all__ = ["Baseline", "Expectation", "Expected", "Requirement", "expect", "read_baseline", "shipped"]
