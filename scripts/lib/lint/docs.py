"""Checks Markdown files and help texts; prints a line for each finding and ends with 1 if there is one.

  docs.py FILE...

In each FILE that ends with .md each relative link must lead to a file, and its fragment to a heading or an anchor. No sentence of README.md, or of the comment
at the head of a script that prints it as its help, may have more than 30 words. The same holds for the other pages, except for cells of tables, which may list
things, and for the changelog and the generated docs/compatibility.md.
"""

import functools
import os
import re
import sys

MAX_WORDS = 30
WITH_LONG_SENTENCES = ("CHANGELOG.md", "docs/compatibility.md")
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?\)")
URL = re.compile(r"^[a-z]+:", re.IGNORECASE)


def without_code(text):
    """The text without blocks of code and comments; line numbers stay."""
    text = re.sub(r"<!--.*?-->", lambda comment: "\n" * comment.group(0).count("\n"), text, flags=re.DOTALL)
    lines, fenced = [], False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
            line = ""
        lines.append("" if fenced else line)
    return "\n".join(lines)


def slug(heading):
    """The fragment by which GitHub names a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@functools.cache
def fragments(path):
    with open(path, encoding="utf-8") as file:
        text = without_code(file.read())
    found, seen = set(re.findall(r'<a (?:id|name)="([^"]+)"', text)), {}
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.MULTILINE):
        name = slug(heading)
        count = seen.get(name, 0)
        seen[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


def broken_links(path, text):
    for number, line in enumerate(without_code(text).split("\n"), 1):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if URL.match(target):
                continue
            name, _, fragment = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if not os.path.exists(file):
                yield f"{path}:{number}: the link to {target} leads nowhere"
            elif fragment and file.endswith(".md") and fragment not in fragments(file):
                yield f"{path}:{number}: {file} has no heading for #{fragment}"


def paragraphs(text, cells=True):
    """Blocks of running text with the number of their first line; list items, table cells (if wanted) and headings are blocks of their own."""
    block, start = [], 0
    for number, line in enumerate([*without_code(text).split("\n"), ""], 1):
        row = line.startswith("|")
        if not line.strip() or row or re.match(r"\s*([-*#>]|\d+\.|\[!)|    |<", line):
            if block:
                yield start, " ".join(block)
            block = []
        if row and cells:
            for cell in line.strip("|").split("|"):
                yield number, cell
        elif re.match(r"\s*([-*#>]|\d+\.) ", line):
            block, start = [re.sub(r"^\s*([-*#>]+|\d+\.) ", "", line)], number
        elif line.strip() and not row and not re.match(r"    |<", line):
            start = start if block else number
            block.append(line.strip())
    if block:
        yield start, " ".join(block)


def sentences(block):
    block = LINK.sub(lambda link: link.group(0)[link.group(0).index("[") + 1:link.group(0).index("]")], block)
    block = re.sub(r"`[^`]*`", "`code`", block).replace("**", "")
    return re.split(r"(?<=[.!?])\s+(?=[\"A-Z`*(\d])", block)


def words(sentence):
    return [word for word in sentence.split() if re.search(r"\w", word)]


def long_sentences(path, blocks):
    for number, block in blocks:
        for sentence in sentences(block):
            count = len(words(sentence))
            if count > MAX_WORDS:
                yield f"{path}:{number}: a sentence of {count} words: {sentence[:70]}..."


def help_blocks(text):
    """The comment at the head of a script; a line that begins an option or goes on with it belongs to that option alone."""
    block, start = [], 0
    for number, line in enumerate(text.split("\n")[1:], 2):
        if not line.startswith("#"):
            break
        line = line[2:]
        option = re.match(r"  +(\S.*?)  +(\S.*)$", line)
        if option or not line.strip() or (line.startswith("  ") and not block):
            if block:
                yield start, " ".join(block)
            block, start = ([option.group(2)] if option else []), number
        else:
            start = start if block else number
            block.append(line.strip())
    if block:
        yield start, " ".join(block)


def findings(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if path.endswith(".md"):
        yield from broken_links(path, text)
        if path not in WITH_LONG_SENTENCES:
            yield from long_sentences(path, paragraphs(text, cells=path == "README.md"))
    elif re.match(r"#!/bin/(ba)?sh", text) and re.search(r"\bprint_help\b", text) or re.match(r"#!/usr/bin/env python3\n# ", text):
        yield from long_sentences(path, help_blocks(text))


def main():
    found = [finding for path in sys.argv[1:] for finding in findings(path)]
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
