"""Draws a small project at random, and keeps what a command must know to compile it."""

import os

import made
import sources
from project import Item, Project

DIRECTORIES = ("d1", "d2", "d1/e", "lib", "two words", "ünter", "gen", "x+y", "far/off/place")
HEADERS = ("a.h", "b.h", "same.h", "c d.h", "e.hpp", "ö.h", "limits.h", "t.inc", "z.h")  # a header names only later ones: no circles
SOURCES = {"c": ("m.c", "two words.c", "m.n.c", "ünï.c", "m", "M.c"), "cxx": ("m.cpp", "m.cc", "m.C", "two words.cxx", "m.c++", "m.hh"),
           "assembler": ("m.S", "n.S"), "plain assembler": ("m.s",), "preprocessed": ("m.i", "m.ii")}
TIMES = (1_000_000_000, 1_234_567_890, 1_700_000_000)


class Sketch:
    """A project being drawn; needs are the directories that includes must be found in, by the kind of their quotes."""

    def __init__(self, random):
        self.random = random
        self.items = []
        self.needs = []  # of (directory, whether quotes alone need it)
        self.macros = []  # definitions without which it does not compile as meant
        self.forced = []  # headers that do for -include
        self.directories = ["", *random.sample(DIRECTORIES, random.randint(0, 3))]
        self.links = {}
        self.language = random.choices(("c", "cxx", "assembler", "plain assembler", "preprocessed"), (50, 35, 6, 2, 5))[0]
        self.suffix_lies = False
        self.made = 0
        self.cwd = random.choice(self.directories[1:]) if len(self.directories) > 1 and random.random() < 0.25 else ""
        self._link_directories()
        self._headers = self._draw_headers()
        self.source = self._draw_source()
        if self.chance(0.08):
            self._age()

    def chance(self, share):
        return self.random.random() < share

    def project(self):
        made = {os.path.dirname(item.path) for item in self.items}
        empty = [Item("directory", path) for path in self.directories if path and path not in made]
        return Project(tuple(empty + self.items))

    def spelled(self, path, start=None, joined=False):
        """A path of the tree as seen from a directory, spelled in one of many ways."""
        start = self.cwd if start is None else start
        for link, target in self.links.items():
            if self.chance(0.5) and (path == target or path.startswith(target + "/")):
                path = link + path[len(target):]
                break
        spelling = os.path.relpath(path or ".", start or ".")
        head, tail = os.path.split(spelling)
        if head and os.path.basename(head) not in ("..", ".") and not self._leads_through_link(path) and self.chance(0.12):
            spelling = f"{head}/../{os.path.basename(head)}/{tail}"
        elif self.chance(0.1) and not spelling.startswith("."):
            spelling = "./" + spelling
        elif self.chance(0.05):
            spelling = spelling.replace("/", "//", 1) if not joined else spelling
        return spelling

    def _leads_through_link(self, path):
        return any(path == link or path.startswith(link + "/") for link in self.links)

    def _link_directories(self):
        if len(self.directories) > 1 and self.chance(0.25):
            target = self.random.choice(self.directories[1:])
            place = self.random.choice([each for each in self.directories if each != target and not (each + "/").startswith(target + "/")])
            link = os.path.join(place, self.random.choice(("ln", "linked dir")))
            self.links[link] = target
            self.items.append(Item("link", link, os.path.relpath(target, place or ".")))

    def _draw_headers(self):
        """The headers, the later ones first, as (path, number)."""
        found = []
        for number in range(self.random.choice((0, 1, 1, 2, 2, 3, 4, 5))):
            path = os.path.join(self.random.choice(self.directories), self.random.choice(HEADERS))
            if path not in [other for other, _ in found]:
                found.append((path, number))
        found.sort(key=lambda each: HEADERS.index(os.path.basename(each[0])), reverse=True)
        for index, (path, number) in enumerate(found):
            later = [each for each in found[:index] if os.path.basename(each[0]) != os.path.basename(path)]
            chosen = self.random.sample(later, min(len(later), self.random.choice((0, 0, 1, 1, 2))))
            includes = [self._include(os.path.dirname(path), each) for each in chosen]
            if self.chance(0.06) and self.language != "assembler":
                includes.append(f"#if __has_include_next(\"{os.path.basename(path)}\")\n#define NEXT{number} 1\n#endif\n")
            text = sources.header(self.random, number, includes, self.language)
            twins = [item for item in self.items if item.kind == "file" and "#include" not in item.text]
            if twins and not includes and self.chance(0.2):
                text = self.random.choice(twins).text
            linkable = [item for item in self.items if item.kind == "file" and "#include" not in item.text]
            if linkable and self.chance(0.06):
                target = self.random.choice(linkable).path
                self.items.append(Item("link", path, os.path.relpath(target, os.path.dirname(path) or ".")))
            else:
                self.items.append(Item("file", path, text))
        return found

    def _include(self, start, header):
        """A directive in a file of the directory start, and what it takes."""
        path, number = header
        directory, name = os.path.split(path)
        how = self.random.choice(("beside", "beside", "quote", "angle", "angle", "part", "computed", "guarded", "defined", "import",
                                  "made", "made", "named"))
        if how in ("beside", "import") or how == "computed" and self.chance(0.5):
            words = f'"{self.spelled(path, start)}"'
        elif how == "part" and "/" in directory:
            above, last = os.path.split(directory)
            words = f"<{last}/{name}>"
            self.needs.append((above, False))
        elif how == "quote":
            words = f'"{name}"'
            if directory != start:
                self.needs.append((directory, True))
        else:
            words = f"<{name}>"
            self.needs.append((directory, False))
        if how == "computed":
            return f"#define WHERE{number} {words}\n#include WHERE{number}\n"
        if how == "guarded" and self.language != "assembler":
            return f"#ifdef __has_include\n#if __has_include({words})\n#include {words}\n#else\nint lacks{number};\n#endif\n#endif\n"
        if how == "defined" and " " not in words:
            self.macros.append((f"FROM{number}", words))
            return f"#ifdef FROM{number}\n#include FROM{number}\n#endif\n"
        if how == "made" and self.language != "assembler":
            return made.guarded(self.random, words, self._next())
        if how == "named":
            return made.include(self.random, words, self._next())
        return f"#{'import' if how == 'import' and self.language != 'assembler' else 'include'} {words}\n"

    def _next(self):
        """A number for names that nothing else in the project has."""
        self.made += 1
        return 1000 + self.made

    def _draw_source(self):
        directory = self.random.choice(self.directories) if self.chance(0.4) else self.cwd
        name = self.random.choices(SOURCES[self.language], [6] + [1] * (len(SOURCES[self.language]) - 1))[0]
        self.suffix_lies = name in ("m", "m.hh")
        path = os.path.join(directory, name)
        cxx = self.language == "cxx" or name == "m.ii"
        if self.language == "plain assembler":
            text = sources.body(self.random, "assembler", False) + self._binary("assembler")
        elif self.language == "preprocessed":
            text = sources.preprocessed(self.random, cxx)
        else:
            text = self._text(directory, cxx)
        if self.chance(0.06):
            real = os.path.join(self.random.choice(self.directories), "real." + name)
            if os.path.dirname(real) == directory:  # or its includes would be looked for elsewhere
                self.items += [Item("file", real, text), Item("link", path, os.path.basename(real))]
                return path
        self.items.append(Item("file", path, text))
        return path

    def _text(self, directory, cxx):
        chosen = self.random.sample(self._headers, self.random.randint(0, len(self._headers))) if self.chance(0.9) else self._headers
        parts = [self._include(directory, header) for header in chosen]
        if chosen and self.chance(0.1):
            parts.append(self._include(directory, self.random.choice(chosen)))
        if self.language == "assembler":
            return "".join(parts) + "".join(sources.uses(number, "assembler") for _, number in chosen) + sources.body(
                self.random, "assembler", False) + self._binary("assembler")
        if self.chance(0.3):
            parts.insert(self.random.randint(0, len(parts)), f"#include <{self.random.choice(sources.SYSTEM_CXX if cxx else sources.SYSTEM_C)}>\n")
        if self.chance(0.12):
            parts.append(self._absent())
        self.forced = [path for path, _ in self._headers]
        parts += [sources.uses(number, self.language) for _, number in self._headers]
        parts.append(sources.body(self.random, self.language, cxx))
        parts.append(self._binary("c"))
        if self.chance(0.06):
            parts.append(self._embedded())
        if self.chance(0.07):
            parts.append(self._line())
        text = "".join(parts)
        if self.chance(0.04):
            text = text.replace("\n", "\r\n")
        return text[:-1] if self.chance(0.04) and not text.endswith("endif\n") else text

    def _absent(self):
        """Directives about files that are not there."""
        words = self.random.choice(('"gone.h"', "<gone.h>", '"d1/gone.h"', "<sys/gone.h>", '"../gone.h"', '"gone/../a.h"', "<z.h>", '"lib"'))
        if self.chance(0.3):
            return made.guarded(self.random, words, self._next())
        return self.random.choice((f"#if __has_include({words})\nint present;\n#endif\n", f"#if 0\n#include {words}\n#endif\n",
                                   f"#ifdef NEVER\n#include {words}\n#endif\n",
                                   f"#if !__has_include({words}) && __has_include(<stddef.h>)\nint absent;\n#endif\n"))

    def _line(self):
        """Text that is said to come from another file, which the compiler shows in warnings; it is there, or not."""
        path = os.path.join(self.random.choice(self.directories), "grammar.y")
        if self.chance(0.7):
            self.items.append(Item("file", path, "%%\nrule: word\nother: rule\n"))
        spelling = self.spelled(path)
        return made.line(self.random, spelling if spelling.isascii() else "grammar.y", self._next())

    def _embedded(self):
        path = os.path.join(self.random.choice(self.directories), "blob.bin")
        self.items.append(Item("file", path, "some bytes"))
        return made.embed(self.random, f'"{self.spelled(path)}"', self._next())

    def _binary(self, language):
        """An .incbin of a file, seen from the working directory or by -I."""
        if not self.chance(0.4 if language == "assembler" else 0.07):
            return ""
        path = os.path.join(self.random.choice(self.directories), "blob.bin")
        self.items.append(Item("file", path, "".join(self.random.choice("abc\n") for _ in range(20))))
        if self.chance(0.3):
            self.needs.append((os.path.dirname(path), False))
            path = "blob.bin"
        else:
            path = self.spelled(path)
        if language == "assembler":
            return f'\t.incbin "{path}"\n'
        return f'__asm__(".data\\n.incbin \\"{path}\\"\\n.text");\n'

    def _age(self):
        """Gives all files times of long ago, most of them the same."""
        time = self.random.choice(TIMES)
        self.items = [Item(item.kind, item.path, item.text, item.mode, time if self.chance(0.8) else time + 1) if item.kind == "file" else item
                      for item in self.items]
        for index, item in enumerate(self.items):
            if item.path == self.source and item.kind == "file" and self.chance(0.5) and self.language in ("c", "cxx"):
                define, stamp = made.word(self.random, ("__TIME", "STAMP__"), self._next())
                text = f"{item.text.rstrip(chr(13) + chr(10))}\n{define}const char *stamp(void) {{ return {stamp}; }}\n"
                self.items[index] = Item("file", item.path, text, 0, time)
