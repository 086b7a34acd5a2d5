"""A made-up C and C++ project on which a seeded random sequence of edits is done, the same in each of its checkouts."""

import os

DIRECTORIES = ("inc", "lib/inc", "gen", "src", "src/part", "inc/part", "gen/part")
SEARCHED = ("gen", "inc", "lib/inc", "linked")
DEPTH = 9
SPECS = "tools/specs"
HEADERS = 18
SOURCES = 8


class Project:
    """What every checkout holds: texts by relative path, and links. A change is made here, and then to a checkout's files."""

    def __init__(self, random):
        self.random = random
        self.texts = {}
        self.links = {"linked": "lib/inc"}
        self.past = {}
        self.counter = 0
        for number in range(HEADERS):
            self.write(f"{random.choice(DIRECTORIES[:3])}/h{number}.h", self.header(number))
        for number in range(SOURCES):
            self.write(f"{random.choice(('src', 'src/part'))}/s{number}.{random.choice(('c', 'cpp'))}", self.source(number))

    def value(self):
        self.counter += 1
        return self.random.choice((self.counter, self.random.randrange(10)))

    def name(self, number):
        return self.random.choice((f"h{number}.h", f"h{number}.h", f"part/h{number}.h"))

    def include(self, number):
        """A line that includes a header if there is one by that name, in one of the ways in which people do."""
        name, shape = self.name(number), self.random.randrange(13)
        guarded = "#if __has_include({0})\n#include {0}\n#endif"
        quoted, bracketed = f'"{name}"', f"<{name}>"
        if shape < 4:
            return guarded.format(quoted)
        if shape < 6:
            return guarded.format(bracketed)
        if shape == 6:
            return f"#define NAMED_{number} {quoted}\n#if __has_include({quoted})\n#include NAMED_{number}\n#endif"
        if shape == 7:
            return f"#ifdef H{self.random.randrange(HEADERS)}\n{guarded.format(bracketed)}\n#endif"
        return self.made(number, *self.random.choice(((name, quoted), (name, bracketed))))

    def made(self, number, name, words):
        """The same, where macros make the test or the name."""
        stem = name.rpartition("/")[2][:-2]
        above = name.rpartition("/")[0]
        at = f"<{above}/x.h>" if above else "<x.h>"
        self.counter += 1
        unique = f"{number}_{self.counter}"
        define, test = self.random.choice((
            (f"#define LOOK_{unique}(x) __has_include(x)", f"LOOK_{unique}({words})"),
            (f"#define LOOK_{unique} __has_include", f"LOOK_{unique}({words})"),
            (f"#define LOOK_{unique} __has_include({words})", f"LOOK_{unique}"),
            (f"#define NAME_{unique} {words}\n#define LOOK_{unique} __has_include(NAME_{unique})", f"LOOK_{unique}"),
            (f"#define LOOK_{unique}(x) __has_include({at})", f"LOOK_{unique}({stem})"),
            (f"#define IN_{unique}(x) __has_include(x)\n#define LOOK_{unique}(y) IN_{unique}(y)", f"LOOK_{unique}({words})"),
        ))
        then = self.random.choice((f"#include {words}", f"#define WHAT_{unique} {words}\n#include WHAT_{unique}", f"#undef H{number}\n#define H{number} 77"))
        return f"{define}\n#if {test}\n{then}\n#endif"

    def line(self):
        """Something to warn of, in a file that a macro names: gcc shows that file's text."""
        self.counter += 1
        path = self.random.choice(self.headers() or ["gone.h"])
        return f"#define TEXT_{self.counter} \"{path}\"\n#line 3 TEXT_{self.counter}\nstatic int shown_{self.counter}(void) {{ int never; return 0; }}"

    def header(self, number):
        lines = [self.random.choice(("#pragma once", f"#ifndef GUARD_{number}_{self.value()}\n#define GUARD_{number}_{self.counter}\n#define CLOSE", ""))]
        guarded = lines[0].startswith("#ifndef")
        # Swaps and links make circles, and what a circle without a guard includes twice grows without end.
        lines.append(f"#if __INCLUDE_LEVEL__ < {DEPTH}")
        for _ in range(self.random.choice((0, 1, 1, 2))):
            if number + 1 < HEADERS:
                lines.append(self.include(self.random.randrange(number + 1, HEADERS)))
        lines.append("#endif")
        lines.append(f"#undef H{number}\n#define H{number} {self.value() % 100}")
        if self.random.random() < 0.2:
            lines.append("#ifndef ONE\n#define ONE\nstatic const char *one(void) { return __FILE__; }\n#endif")
        if self.random.random() < 0.05:
            lines.append("/* a warning */\nstatic int unused_%d(void) { int never; return 0; }" % self.value())
        if self.random.random() < 0.05:
            lines.append("#include_next <h%d.h>" % number if self.random.random() < 0.5 else "#warning look")
        return "\n".join(lines) + ("\n#endif\n" if guarded else "\n")

    def source(self, number):
        wanted = sorted(self.random.sample(range(HEADERS), self.random.randrange(1, 6)))
        lines = [self.include(header) for header in wanted]
        lines += [f"#ifndef H{header}\n#define H{header} -1\n#endif" for header in range(HEADERS)]
        lines.append("int s%d[] = {%s, %d};" % (number, ", ".join(f"H{header}" for header in range(HEADERS)), self.value()))
        if self.random.random() < 0.3:
            lines.append("const char *here%d(void) { return __FILE__; }" % number)
        if self.random.random() < 0.12:
            word = self.random.choice(("__DA, TE__", "__TIME, STAMP__"))
            lines.append(f"#define PASTE(a, b) a##b\nconst char *day{number}(void) {{ return PASTE({word}); }}")
        if self.random.random() < 0.08:
            lines.append(self.line())
        return "\n".join(lines) + "\n"

    def write(self, path, text):
        self.past.setdefault(path, []).append(text)
        self.texts[path] = text

    def headers(self):
        return sorted(path for path in self.texts if path.endswith(".h"))

    def sources(self):
        return sorted(path for path in self.texts if path.endswith((".c", ".cpp")))

    def edit(self):
        """One random change; returns its name and how it is done to a checkout's files, a function of its root."""
        change = self.random.choice((self.change, self.change, self.grow, self.add, self.add, self.remove, self.shadow, self.shadow, self.swap,
                                     self.touch, self.move, self.revert, self.revert, self.retarget, self.alike, self.keep_time, self.relink, self.configure,
                                     self.second_name, self.exchange, self.carry))
        return change()

    def pick(self):
        return self.random.choice(self.headers() or self.sources())

    def put(self, path, text, keep_time=False, rename=False):
        self.links.pop(path, None)
        self.write(path, text)

        def do(root):
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            before = os.stat(full) if os.path.exists(full) else None
            if os.path.islink(full):
                os.unlink(full)
            target = full + ".new" if rename else full
            with open(target, "w", encoding="utf-8") as file:
                file.write(text)
            if keep_time and before:
                os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
            if rename:
                os.rename(target, full)

        return do

    def number(self, path):
        return int("".join(c for c in os.path.basename(path) if c.isdigit()))

    def change(self):
        path = self.random.choice(self.headers() + self.sources())
        text = self.texts[path]
        digits = [at for at, c in enumerate(text) if c.isdigit() and text[at - 1] == " "]
        if digits:
            at = self.random.choice(digits[-3:])
            text = text[:at] + str(self.random.randrange(10)) + text[at + 1 :]
        return f"change {path}", self.put(path, text, rename=self.random.random() < 0.3)

    def keep_time(self):
        path = self.pick()
        text = self.texts[path]
        at = max((at for at, c in enumerate(text) if c.isdigit() and text[at - 1] == " "), default=-1)
        if at >= 0:
            text = text[:at] + str(self.random.randrange(10)) + text[at + 1 :]
        return f"change {path} with the old time", self.put(path, text, keep_time=True, rename=self.random.random() < 0.5)

    def grow(self):
        path = self.random.choice(self.headers() + self.sources())
        make = self.header if path.endswith(".h") else self.source
        return f"write {path}", self.put(path, make(self.number(path)))

    def add(self):
        path = f"{self.random.choice(DIRECTORIES)}/h{self.random.randrange(HEADERS)}.h"
        return f"add {path}", self.put(path, self.header(self.number(path)))

    def shadow(self):
        """The name of a header appears in another directory, with its text or another."""
        path = self.pick()
        other = f"{self.random.choice(DIRECTORIES)}/{os.path.basename(path)}"
        text = self.texts[path] if self.random.random() < 0.3 else self.header(self.number(path)) if path.endswith(".h") else self.texts[path]
        return f"shadow {path} by {other}", self.put(other, text)

    def configure(self):
        """The file from which gcc takes options appears, changes or goes."""
        if SPECS not in self.texts or self.random.random() < 0.5:
            return f"write {SPECS}", self.put(SPECS, f"*cpp:\n+ -DH{self.random.randrange(HEADERS)}={self.value()}\n\n")
        del self.texts[SPECS]

        def do(root):
            os.unlink(os.path.join(root, SPECS))

        return f"remove {SPECS}", do

    def remove(self):
        headers = self.headers()
        if len(headers) < 8:
            return self.add()
        path = self.random.choice(headers)
        del self.texts[path]

        def do(root):
            os.unlink(os.path.join(root, path))

        return f"remove {path}", do

    def swap(self):
        one, two = self.pick(), self.pick()
        first, second = self.put(one, self.texts[two]), None
        second = self.put(two, self.past[one][-2] if len(self.past[one]) > 1 and one != two else self.texts[two])

        def do(root):
            first(root)
            second(root)

        return f"swap {one} and {two}", do

    def alike(self):
        one, two = self.pick(), self.pick()
        text = self.header(self.number(one)) if one.endswith(".h") else self.texts[one]
        first, second = self.put(one, text), self.put(two, text)

        def do(root):
            first(root)
            second(root)
            stamp = os.stat(os.path.join(root, one))
            os.utime(os.path.join(root, two), ns=(stamp.st_atime_ns, stamp.st_mtime_ns))

        return f"write {one} and {two} alike", do

    def touch(self):
        path = self.random.choice(self.headers() + self.sources())
        when = self.random.choice((None, 10**18, 4 * 10**18))

        def do(root):
            os.utime(os.path.join(root, path), **({} if when is None else {"ns": (when, when)}))

        return f"touch {path}", do

    def move(self):
        path = self.pick()
        other = f"{self.random.choice(DIRECTORIES)}/h{self.random.randrange(HEADERS)}.h"
        if not path.endswith(".h") or other == path:
            return self.touch()
        self.links.pop(other, None)
        self.write(other, self.texts.pop(path))

        def do(root):
            os.makedirs(os.path.dirname(os.path.join(root, other)), exist_ok=True)
            os.rename(os.path.join(root, path), os.path.join(root, other))

        return f"move {path} to {other}", do

    def revert(self):
        path = self.random.choice(sorted(self.past))
        return f"revert {path}", self.put(path, self.random.choice(self.past[path][-4:]))

    def retarget(self):
        target = self.random.choice(("lib/inc", "gen", "inc/part", "nowhere", "src"))

        def do(root):
            link = os.path.join(root, "linked")
            os.symlink(target, link + ".new")
            os.rename(link + ".new", link)

        self.links["linked"] = target
        return f"lead linked to {target}", do

    def relink(self):
        """A header is a link to another."""
        path = f"{self.random.choice(DIRECTORIES)}/h{self.random.randrange(HEADERS)}.h"
        target = self.pick()
        if path in self.texts or not target.endswith(".h"):
            return self.retarget()
        text = os.path.relpath(target, os.path.dirname(path))
        self.links[path] = text

        def do(root):
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            if os.path.lexists(full):
                os.unlink(full)
            os.symlink(text, full)

        return f"link {path} to {target}", do

    def second_name(self):
        """A header is written by another name of its inode, outside the checkout; the old time may be set again."""
        path = self.pick()
        text = self.header(self.number(path)) if path.endswith(".h") else self.texts[path]
        keep_time, write = self.random.random() < 0.5, self.put(path, text)

        def do(root):
            full = os.path.join(root, path)
            if os.path.islink(full) or not os.path.exists(full):
                write(root)
                return
            other = f"{root}.other-name"
            os.link(full, other)
            before = os.stat(other)
            with open(other, "w", encoding="utf-8") as file:
                file.write(text)
            if keep_time:
                os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
            os.unlink(other)

        return f"write {path} by another name", do

    def moved(self, path, prefixes):
        """Where a path lies after the directories were renamed."""
        for old, new in prefixes:
            if path.startswith(old + "/"):
                return new + path.removeprefix(old)
        return path

    def exchange(self):
        """Two directories of headers trade their names. Sources stay, because their objects have their names."""
        one, two = self.random.sample(("lib/inc", "inc/part", "gen/part"), 2)
        prefixes = ((one, two), (two, one))
        self.links = {self.moved(path, prefixes): target for path, target in self.links.items()}
        texts, self.texts = self.texts, {}
        for path, text in texts.items():
            self.write(self.moved(path, prefixes), text)

        def do(root):
            first, second = os.path.join(root, one), os.path.join(root, two)
            os.makedirs(first, exist_ok=True)
            os.makedirs(second, exist_ok=True)
            os.rename(first, f"{root}.between")
            os.rename(second, first)
            os.rename(f"{root}.between", second)

        return f"exchange {one} and {two}", do

    def carry(self):
        """A directory is away for a moment, and a header in it is written there."""
        path = self.pick()
        top = path.split("/")[0]
        text = self.header(self.number(path)) if path.endswith(".h") else self.texts[path]
        self.links.pop(path, None)
        self.write(path, text)

        def do(root):
            away = f"{root}.away"
            os.rename(os.path.join(root, top), away)
            full = away + path.removeprefix(top)
            if os.path.islink(full):
                os.unlink(full)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
            os.rename(away, os.path.join(root, top))

        return f"write {path} while {top} is away", do

    def lay_out(self, root):
        for path, text in self.texts.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        for path, target in self.links.items():
            os.symlink(target, os.path.join(root, path))

    def state(self):
        """What decides what comes of a compile, but for where the checkout lies."""
        return (tuple(sorted(self.texts.items())), tuple(sorted(self.links.items())))
