"""The commands of ``python -m deploy``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

import msgspec

from deploy.build import Places, build
from deploy.service import Service

Options = Callable[[argparse.ArgumentParser], None]


class Command(msgspec.Struct, frozen=True):
    """One command."""

    help: str
    run: Callable[[Service, Places, argparse.Namespace], int]
    options: Options = lambda _: None


def _build(service: Service, places: Places, _: argparse.Namespace) -> int:
    manifest = build(service, places)
    for name, artefact in manifest.functions.items():
        print(
            f"{artefact.sha256}  {artefact.size:>9,} bytes  {name}: {places.output / artefact.zip}",
            file=sys.stderr,
        )
    return 0


COMMANDS: Mapping[str, Command] = {
    "build": Command("Build each function's zip, with a manifest of hashes and an SBOM.", _build),
}
