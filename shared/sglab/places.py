"""Where the functions and the recorded cases lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from sgguard.errors import GuardError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def function_folder(name: str) -> Path:
    """The folder of one function, as its zip would hold it. Raises GuardError if it is not there."""
    for root in (_PACKAGE / "functions", _CHECKOUT / "functions"):
        if (root / name / "index.py").is_file():
            return root / name
    raise GuardError(f"The function {name} is not installed.", next_step="Install sgguard again.")


def demo_state() -> Path:
    """The state document of the demo's cloud."""
    return _PACKAGE / "demo.json"


def production_state() -> Path:
    """The state document of the lab's cloud."""
    return _PACKAGE / "production.json"


def service_file() -> Path:
    """The project's serverless.yml. Raises GuardError if it is not there."""
    for root in (_PACKAGE / "service", _CHECKOUT):
        if (root / "serverless.yml").is_file():
            return root / "serverless.yml"
    raise GuardError("serverless.yml is not installed.", next_step="Install sgguard again.")


def lab_config() -> Path:
    """The site's config that the lab starts with."""
    return _PACKAGE / "lab.yaml"
