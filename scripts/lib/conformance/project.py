"""A small directory tree as a value: laid out on disk for a case, or written as shell for a line of the table."""

import os
import shlex
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Item:
    """A file, link or directory; text is a file's content or what a link points to."""

    kind: str
    path: str
    text: str = ""
    mode: int = 0  # 0 where the default will do
    time: int = 0  # in seconds; 0 for the time at which it is made

    def lines(self):
        return self.text.splitlines(keepends=True)

    def with_lines(self, lines):
        return replace(self, text="".join(lines))


@dataclass(frozen=True)
class Project:
    """Items in the order in which they are made; a file's directory need not be among them."""

    items: tuple

    def without(self, unwanted):
        return Project(tuple(item for item in self.items if item not in unwanted))

    def with_item(self, old, new):
        return Project(tuple(new if item is old else item for item in self.items))

    def lay_out(self, root):
        """Makes it in the directory root, which is there and is empty."""
        for item in self.items:
            path = os.path.join(root, item.path)
            os.makedirs(path if item.kind == "directory" else os.path.dirname(path), exist_ok=True)
            if item.kind == "link":
                os.symlink(item.text, path)
            elif item.kind == "file":
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(item.text)
        for item in self.items:
            path = os.path.join(root, item.path)
            if item.mode:
                os.chmod(path, item.mode)
            if item.time:
                os.utime(path, (item.time, item.time))

    def shell(self):
        """Statements that make it."""
        wanted = {item.path if item.kind == "directory" else os.path.dirname(item.path) for item in self.items} - {""}
        directories = sorted(path for path in wanted if not any(other.startswith(path + "/") for other in wanted))
        statements = ["mkdir -p " + " ".join(map(named, directories))] if directories else []
        for item in self.items:
            if item.kind == "link":
                statements.append(f"ln -s {shlex.quote(item.text)} {named(item.path)}")
            elif item.kind == "file":
                statements.append(write(item.text, item.path))
        for item in self.items:
            if item.mode:
                statements.append(f"chmod {item.mode:o} {named(item.path)}")
        for item in self.items:
            if item.time:
                statements.append(f"touch -d @{item.time} {named(item.path)}")
        return statements


def named(path):
    """The path as a word that is no option."""
    return shlex.quote("./" + path if path.startswith("-") else path)


def write(text, path):
    """A statement that makes a file of the text, in one line."""
    path = named(path)
    if not text:
        return f": >{path}"
    lines = text.split("\n")
    last = lines.pop()
    words = [shlex.quote(line) if line.isprintable() else "$" + repr(line) for line in lines]
    form = r"'%s\n'"
    if last:
        return f"{{ printf {form} {' '.join(words)}; printf %s {shlex.quote(last)}; }} >{path}" if words else f"printf %s {shlex.quote(last)} >{path}"
    if len(words) == 1 and not words[0].startswith("-"):
        return f"echo {words[0]} >{path}"
    return f"printf {form} {' '.join(words)} >{path}"
