"""Put the cases of tests/golden/verdict into docs/verdict.md.

python tools/write_verdict.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "golden" / "verdict"
PAGE = ROOT / "docs" / "verdict.md"
BREAK = "<br>"
_NAMED = re.compile(r"the (\w+) rows")


class Page:
    """The page, made of what every case starts from and of the chapters."""

    def __init__(self, given: dict[str, Any], chapters: Sequence[dict[str, Any]]) -> None:
        self._given = given
        self._chapters = chapters
        self._sources: dict[str, list[str]] = given["sources"]

    def text(self) -> str:
        """All of it."""
        return "\n".join([*self._head(), *(line for c in self._chapters for line in self._chapter(c))]) + "\n"

    def _head(self) -> Iterator[str]:
        count = sum(len(chapter["cases"]) for chapter in self._chapters)
        yield "# The verdict, case by case"
        yield ""
        yield "<!-- Written by tools/write_verdict.py from tests/golden/verdict. Do not edit. -->"
        yield ""
        yield self._given["about"].strip()
        yield ""
        cluster = self._given["cluster"]
        networks = ", ".join(
            f"{name.removesuffix('_cidrs')} network {', '.join(cluster[name])}"
            for name in ("pod_cidrs", "node_cidrs", "vpc_cidrs")
        )
        yield f"{count} cases. Where a case says nothing else, the group serves the nodes of one cluster:"
        yield f"{networks}. Its ingress is then *the node rows*, for a group of masters *the master rows*,"
        yield "and its egress *the egress rows*:"
        yield ""
        yield "| rows | |"
        yield "| --- | --- |"
        for name in self._given["rows"]:
            yield f"| the {name} rows | {_cell(map(_code, self._given['rows'][name]))} |"
        yield ""

    def _chapter(self, chapter: dict[str, Any]) -> Iterator[str]:
        yield f"## {chapter['title']}"
        yield ""
        yield chapter["about"].strip()
        yield ""
        yield "| case | rows | packet: decided by | verdict |"
        yield "| --- | --- | --- | --- |"
        for case in chapter["cases"]:
            cells = [self._name(case), self._rows(case), _packets(case), _verdict(case)]
            yield f"| {' | '.join(cells)} |"
        yield ""

    def _name(self, case: dict[str, Any]) -> str:
        links = [
            f"[{title}]({link})" for title, link in map(self._sources.__getitem__, case.get("source", []))
        ]
        why = " ".join([_safe(case["why"].strip()), ", ".join(links)]).strip()
        return f'<a id="{case["name"]}"></a>**{case["name"]}**{BREAK}{why}'

    def _rows(self, case: dict[str, Any]) -> str:
        lines = [f"cluster: {_code(json.dumps(cluster))}" for cluster in case.get("clusters", []) if cluster]
        lines += [
            f"{_code(name)} = {_code(', '.join(members) or 'nothing')}"
            for name, members in case.get("names", {}).items()
        ]
        role = case.get("role", "node")
        for direction, usual in (("ingress", f"the {role} rows"), ("egress", "the egress rows")):
            if direction in case:
                lines += self._numbered(case[direction], "" if direction == "ingress" else "egress ")
            elif direction == "ingress":
                lines.append(f"*{usual}*")
        for other, lists in case.get("groups", {}).items():
            lines += [f"{_code(other)} itself: {_code(row)}" for row in lists["ingress"]]
        return BREAK.join(lines)

    def _numbered(self, rows: Sequence[Any], prefix: str) -> list[str]:
        if not rows:
            return [f"{prefix or 'ingress '}*no rows*"]
        lines, place = [], 0
        for row in rows:
            named = _NAMED.fullmatch(row) if isinstance(row, str) else None
            if named:
                length = self._length(named[1])
                lines.append(f"{prefix}{place}-{place + length - 1} *{row}*")
                place += length
            else:
                number = row.get("PolicyIndex", place) if isinstance(row, dict) else place
                lines.append(f"{prefix}{number} {_code(_row(row))}")
                place += 1
        return lines

    def _length(self, name: str) -> int:
        """How many rows a name stands for."""
        named = (_NAMED.fullmatch(row) for row in self._given["rows"][name])
        return sum(self._length(found[1]) if found else 1 for found in named)


def _packets(case: dict[str, Any]) -> str:
    return _cell(f"{_code(packet)}: {ending}" for packet, ending in case.get("packets", {}).items())


def _verdict(case: dict[str, Any]) -> str:
    return BREAK.join(
        [f"**{case['verdict']}**" if "verdict" in case else "", *map(_finding, case.get("findings", []))]
    )


def _finding(finding: dict[str, Any]) -> str:
    parts = [finding["finding"]]
    if "severity" in finding:
        parts.append(finding["severity"])
    if finding.get("by"):
        parts.append(f"by {', '.join(map(str, finding['by']))}")
    text = ", ".join(parts)
    if finding.get("traffic"):
        text += ": " + ", ".join(map(_code, finding["traffic"]))
    if finding.get("without"):
        text += " without " + ", ".join(map(_code, finding["without"]))
    return text


def _row(row: object) -> str:
    """A row as it is written, or as the API has it."""
    return row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)


def _cell(lines: Iterator[str]) -> str:
    return BREAK.join(lines)


def _code(text: str) -> str:
    return f"`{_safe(text)}`"


def _safe(text: str) -> str:
    """A bar would end the cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def page() -> str:
    """What docs/verdict.md has to say."""
    given = yaml.safe_load((FOLDER / "given.yaml").read_text(encoding="utf-8"))
    chapters = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*.yaml"))
    ]
    return Page(given, chapters).text()


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is current."""
    current = page()
    if "--check" not in arguments:
        PAGE.write_text(current, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != current:
        print("docs/verdict.md is not what tests/golden/verdict says. Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
