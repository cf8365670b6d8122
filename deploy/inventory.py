"""Says what a build is made of: a manifest of hashes and an SBOM."""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import msgspec

from deploy.interpreter import RUNTIME
from sgguard.errors import GuardError

MANIFEST, SBOM = "manifest.json", "sbom.cdx.json"
_NAMESPACE = uuid.UUID("6f1ab0ba-6f6e-5d6c-9d3f-7f1d6b0f2a11")


class Artefact(msgspec.Struct, frozen=True, kw_only=True):
    """One function's zip."""

    zip: str
    """File name, beside the manifest."""
    sha256: str
    size: int
    """Bytes."""
    files: Mapping[str, str]
    """SHA-256 of each file in it."""

    @property
    def build(self) -> str:
        """What the deployed function carries as SGGUARD_BUILD."""
        return self.sha256[:16]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename={"schema_": "schema"}):
    """All zips of a build, ``sgguard/build/v1``."""

    schema_: str = "sgguard/build/v1"
    version: str
    """Of sgguard."""
    runtime: str = RUNTIME
    requirements: str
    """SHA-256 of the locked requirements."""
    config: str | None
    """SHA-256 of the compiled config, None where the vendor's baseline holds."""
    hands_to: str = ""
    """The function that the config has batches handed to; empty if there is none."""
    assumes: tuple[str, ...] = ()
    """Roles of other accounts that the config names."""
    functions: Mapping[str, Artefact]


def describe(archive: Path) -> Artefact:
    """A zip's hashes."""
    content = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        files = {name: hashlib.sha256(opened.read(name)).hexdigest() for name in opened.namelist()}
    return Artefact(
        zip=archive.name, sha256=hashlib.sha256(content).hexdigest(), size=len(content), files=files
    )


def write(folder: Path, manifest: Manifest, wheels: Path) -> None:
    """Write the manifest and the SBOM beside the zips."""
    (folder / MANIFEST).write_bytes(_json(manifest))
    (folder / SBOM).write_bytes(_json(sbom(manifest, wheels)))


def read(folder: Path) -> Manifest:
    """The manifest of a build, once its zips are what it says.

    Raises GuardError if there is none, or a zip is missing or has other bytes.
    """
    again = "Build again: python -m deploy build, or osls package."
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise GuardError(f"{folder} holds no build: {error}", next_step=again) from error
    for artefact in manifest.functions.values():
        path = folder / artefact.zip
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != artefact.sha256:
            raise GuardError(f"{path} is missing or is not what {MANIFEST} says.", next_step=again)
    return manifest


def sbom(manifest: Manifest, wheels: Path) -> Mapping[str, object]:
    """The build as a CycloneDX 1.6 document: https://cyclonedx.org/docs/1.6/json/."""
    components = [_component(path) for path in sorted(wheels.glob("*.dist-info/METADATA"))]
    own = f"pkg:pypi/sgguard@{manifest.version}"
    hashes = "".join(artefact.sha256 for _, artefact in sorted(manifest.functions.items()))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, hashes)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "sgguard",
                "version": manifest.version,
                "purl": own,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "components": [_zip(name, artefact) for name, artefact in sorted(manifest.functions.items())],
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [str(component["bom-ref"]) for component in components]}],
    }


def _zip(name: str, artefact: Artefact) -> Mapping[str, object]:
    return {
        "type": "file",
        "bom-ref": artefact.zip,
        "name": artefact.zip,
        "description": f"the function {name}",
        "hashes": [{"alg": "SHA-256", "content": artefact.sha256}],
    }


def _component(metadata: Path) -> dict[str, object]:
    headers = HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))
    name, version = headers["Name"], headers["Version"]
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    licence = headers["License-Expression"]
    said = (
        [{"expression": licence}] if licence else [{"license": {"name": text}} for text in _licences(headers)]
    )
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        **({"licenses": said} if said else {}),
    }


def _licences(headers: Message) -> Iterable[str]:
    text = headers.get("License", "")
    return [text] if text and "\n" not in text else []


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
