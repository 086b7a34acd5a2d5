"""The blocks of a page that belong to a recipe. A comment before a block names the recipe, and says how the block is used:

  <!-- recipe: NAME -->             commands that an ordinary user runs in the directory of the sources
  <!-- recipe: NAME, as root -->    the same for root
  <!-- recipe: NAME, file PATH -->  the content of a file of that user; PATH begins with / or ~, or lies in the directory of the sources
"""

import pathlib
import re
from dataclasses import dataclass

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
MARK = re.compile(r"<!-- recipe:(.*?)-->")
BLOCK = re.compile(r"<!-- recipe: ([a-z0-9-]+)(?:, (as root|file (\S+)))? -->\n+```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class WrongMark(Exception):
    """A comment that names a recipe, but is not before a block or cannot be read."""


@dataclass(frozen=True)
class Block:
    """A block of a page: commands, or the content of a file."""

    recipe: str
    text: str
    as_root: bool = False
    file: str = ""


def blocks(text: str) -> list[Block]:
    """Those of a page, in its order."""
    found = [Block(match[1], match[4], match[2] == "as root", match[3] or "") for match in BLOCK.finditer(text)]
    marks = MARK.findall(text)
    if len(found) != len(marks):
        raise WrongMark(f"{len(marks)} comments name a recipe, but only {len(found)} of them are right and before a block: {marks}")
    return found


def pages() -> dict[str, list[Block]]:
    """The blocks of each page below docs that has some; pages are named by their paths."""
    found = {str(path.relative_to(DOCS)): blocks(path.read_text(encoding="utf-8")) for path in sorted(DOCS.rglob("*.md"))}
    return {page: its for page, its in found.items() if its}
