"""Draws a command for a project at random."""

import os

import made
import options
from command import Command
from project import Item, Project, named, write
from random_project import Sketch

DATED = (("__DA", "TE__"), ("__TI", "ME__"))
OUTPUTS = ("x.o", "x.o", "x.obj", "out", "out.tar.o", "ö b.o", "./x.o", "$PWD/x.o", "a+b.o", "x.s", "-x.o", "gone/x.o", "/dev/null", "x.d", "x.i")
SHADOWS = "#define SHADOWED 1\nextern int shadowed;\n"


class Draft:
    """A command being drawn for a sketch."""

    def __init__(self, random):
        self.random = random
        self.sketch = Sketch(random)
        self.compiler = random.choice(("gcc", "clang"))
        self.cxx = self.sketch.language == "cxx" or random.random() < 0.06
        self.items = []
        self.groups = []
        self.environment = {}

    def chance(self, share):
        return self.random.random() < share

    def draw(self):
        """The project and the command."""
        self._search()
        self._macros()
        for share, rows in options.TOPICS:
            if self.chance(share):
                self._add(rows)
        if self.chance(0.2) and self.sketch.language in ("c", "cxx"):
            self.groups.append((f"-std={self.random.choice(options.STANDARDS[self.cxx])}",))
        self._prefix_maps()
        if self.chance(0.06):
            self._add(options.ODD)
        for name, values in self.random.sample(options.ENVIRONMENT, self.random.choice((0, 0, 0, 0, 1, 1, 2, 3))):
            self.environment.setdefault(name, self.random.choice(values))
        if self.chance(0.03):
            name, values = self.random.choice(options.ODD_ENVIRONMENT)
            self.environment[name] = self.random.choice(values)
        self._date()
        if self.chance(0.04):
            self._configuration()
        self.random.shuffle(self.groups)
        if self.chance(0.08):
            self._response()
        self._what_and_where()
        change = self._change() if self.chance(0.1) else ()
        directory = self.sketch.cwd
        for link, target in self.sketch.links.items():
            if directory == target and self.chance(0.5):
                directory = link
        umask = self.random.choice(("077", "000", "027")) if self.chance(0.05) else ""
        command = Command(self.compiler, self.cxx, tuple(self.groups), tuple(sorted(self.environment.items())), directory, umask, change)
        drawn = self.sketch.project().items
        taken = {item.path for item in drawn}
        return Project(drawn + tuple(item for item in self.items if item.path not in taken)), command

    def _add(self, rows):
        """An option of the rows, for this compiler."""
        compilers, group = self.random.choice(rows)
        if self.compiler in compilers:
            self.groups.append(group)
            for word in group:
                if word in ("crash", "pro"):
                    self.items.append(Item("directory", os.path.join(self.sketch.cwd, word)))

    def _directory(self, path):
        """A directory of the tree as an option's value."""
        spelling = self.sketch.spelled(path)
        if self.chance(0.12) and not spelling.startswith(".."):
            return "$PWD" if spelling == "." else "$PWD/" + spelling
        return spelling

    def _search(self):
        """Options by which the includes are found, and some that find nothing."""
        wanted = list(dict.fromkeys(self.sketch.needs))
        self.random.shuffle(wanted)
        for directory, quoted in wanted:
            spelling = self._directory(directory)
            form = self.random.choice(("I", "I", "I", "I joined", "isystem", "idirafter", "iquote", "variable", "long", "Wp", "prefix"))
            if form == "iquote" and quoted:
                self.groups.append(("-iquote", spelling))
            elif form == "isystem":
                self.groups.append(("-isystem" + spelling,) if self.chance(0.3) else ("-isystem", spelling))
            elif form == "idirafter":
                self.groups.append(("-idirafter", spelling))
            elif form == "variable" and ":" not in spelling:
                name = self.random.choice(("CPATH", "CPLUS_INCLUDE_PATH" if self.cxx else "C_INCLUDE_PATH"))
                before = self.environment.get(name)
                self.environment[name] = f"{before}:{spelling}" if before else spelling
            elif form == "long":
                self.groups.append((f"--include-directory={spelling}",))
            elif form == "Wp" and "," not in spelling:
                self.groups.append((f"-Wp,-I{spelling}",))
            elif form == "prefix" and "/" in spelling:
                self.groups.append(("-iprefix", os.path.dirname(spelling) + "/", self.random.choice(("-iwithprefix", "-iwithprefixbefore")),
                                    os.path.basename(spelling)))
            else:
                self.groups.append(("-I" + spelling,) if form != "I" else ("-I", spelling))
        while self.chance(0.25):
            idle = self.random.choice(("gone", "gone/deep", "/nonexistent", "gone/../d1", self._directory(self.random.choice(self.sketch.directories)),
                                       self._directory(self.random.choice(self.sketch.directories)), self.sketch.spelled(self.sketch.source), ".."))
            self.groups.insert(self.random.randint(0, len(self.groups)), (self.random.choice(("-I", "-I", "-isystem", "-iquote", "-idirafter")), idle))
        if self.chance(0.03):
            self.environment["CPATH"] = self.random.choice((":", "gone:", ":" + self.environment.get("CPATH", "d1")))
        if self.chance(0.03):
            self.items.append(Item("file", os.path.join(self.sketch.cwd, "root/usr/include/rooted.h"), "extern int rooted;\n"))
            self.groups += [(self.random.choice(("--sysroot=root", "--sysroot=$PWD/root", "-isysrootroot")),), ("-include", "rooted.h")]
        if self.sketch.forced and self.chance(0.12):
            self.groups.append((self.random.choice(("-include", "-include", "-imacros")), self.sketch.spelled(self.random.choice(self.sketch.forced))))

    def _macros(self):
        for name, value in self.sketch.macros:
            if self.chance(0.9):
                self.groups.append((f"-D{name}={value}",))
        while self.chance(0.3):
            self.groups.append(self.random.choice((("-DFLAG0",), ("-D", "FLAG1=3"), ("-DFLAG2=",), ("-UFLAG1",), ("-D", "F(x)=x"), ("-DTEXT=\"a b\"",),
                                                   ("-U", "unix"), ("-DM0=5",), ("-Dint=long",), ("-DQ='x'",), ("--define-macro=FLAG0",),
                                                   ("-Wp,-DFLAG1=2",), ("-DFLAG0=$x",), ("-DÄ=ö",))))

    def _prefix_maps(self):
        if self.chance(0.08):
            name = self.random.choice(("-fdebug-prefix-map", "-ffile-prefix-map", "-fmacro-prefix-map"))
            self.groups.append((f"{name}={self.random.choice(('$PWD', '$PWD/', 'd1', '', '.'))}={self.random.choice(('/src', '.', '', 'x='))}",))
        if self.compiler == "clang" and self.chance(0.03):
            self.groups.append((self.random.choice(("-fdebug-compilation-dir=/elsewhere", "-ffile-compilation-dir=.")),))

    def _date(self):
        """Puts the date into the source where it is fixed."""
        if "SOURCE_DATE_EPOCH" in self.environment and self.chance(0.7):
            for index, item in enumerate(self.sketch.items):
                if item.path == self.sketch.source and item.kind == "file" and self.sketch.language in ("c", "cxx"):
                    define, date = made.word(self.random, self.random.choice(DATED), 900)
                    text = item.text.rstrip("\r\n") + f"\n{define}const char *date(void) {{ return {date}; }}\n"
                    self.sketch.items[index] = Item("file", item.path, text, item.mode, item.time)

    def _configuration(self):
        """A file from which the compiler takes options, by itself or because it is told; it is there, or not."""
        directory = self.random.choice(self.sketch.directories)
        gcc = self.compiler == "gcc"
        name = "specs" if gcc else self.random.choice(("c.cfg", "clang.cfg", "clang++.cfg"))
        text = f"*cpp:\n+ -DFLAG{self.random.randrange(3)}=4\n\n" if gcc else f"-DFLAG{self.random.randrange(3)}=4\n"
        if self.chance(0.75):
            self.items.append(Item("file", os.path.join(directory, name), text))
        spelling = self._directory(directory)
        self.groups.append(self.random.choice(
            ((f"-B{spelling}/",), ("-B", spelling), (f"-specs={spelling}/specs",)) if gcc else
            (("--config", f"{spelling}/{name}"), ("--config", f"{spelling}/{name}"), (f"-B{spelling}",))))

    def _response(self):
        """Moves some of the groups to a response file."""
        moved = [group for group in self.groups if all(word.isascii() and not set(word) & set("$'\"\\ @") for word in group) and self.chance(0.6)]
        if moved:
            name = self.random.choice(("o.rsp", "two words.rsp", "r"))
            self.groups = [group for group in self.groups if group not in moved]
            ends = self.random.choice(("\n", " ", "\n\n"))
            self.items.append(Item("file", os.path.join(self.sketch.cwd, name), "".join(ends.join(group) + "\n" for group in moved)))
            self.groups.insert(self.random.randint(0, len(self.groups)), (f"@{name}",))

    def _language(self):
        """A -x where the suffix does not tell, and sometimes where it does."""
        sketch = self.sketch
        names = {"c": "c", "cxx": "c++", "assembler": "assembler-with-cpp", "plain assembler": "assembler"}
        if sketch.language in names and (sketch.suffix_lies or self.chance(0.04)):
            name = names[sketch.language]
            return [(f"-x{name}",)] if self.chance(0.3) else [("-x", name)]
        return []

    def _what_and_where(self):
        """Source, -c or its kin, and the output."""
        what = self.random.choices(("-c", "-S", "-fsyntax-only", "--compile", "--assemble", "-S -c"), (80, 10, 5, 1, 1, 1))[0].split()
        source = self.sketch.spelled(self.sketch.source)
        if self.chance(0.1) and not source.startswith(".."):
            source = "$PWD/" + source
        last = self._language() + [(source,)]
        if self.chance(0.6):
            self.groups.append(tuple(what))
            self.groups += last
        else:
            self.groups = [tuple(what)] + last + self.groups if self.chance(0.5) else self.groups[:1] + last + [tuple(what)] + self.groups[1:]
        if self.chance(0.6):
            output = self.random.choice(OUTPUTS)
            if self.chance(0.3):
                output = self.sketch.spelled(os.path.join(self.random.choice(self.sketch.directories), "x.o"))
            form = self.random.choice((("-o", output), ("-o", output), ("-o" + output,), (f"--output={output}",)))
            self.groups.insert(self.random.choice((0, len(self.groups))), form)
            if self.chance(0.15) and "$" not in output and not output.startswith("/") and "/" not in output:
                self.items.append(Item("file", os.path.join(self.sketch.cwd, output), "old\n", self.random.choice((0, 0, 0o640, 0o640, 0o755, 0o755, 0o444))))
        elif self.chance(0.08):
            stem = os.path.splitext(os.path.basename(self.sketch.source))[0]
            name = stem + self.random.choice((".o", ".d", ".i", ".s", ".dwo", ".su", ".gcno", ".gcda"))
            if name != os.path.basename(self.sketch.source):
                self.items.append(Item("file", os.path.join(self.sketch.cwd, name), "old " * 500 + "\n"))

    def _change(self):
        """Statements that change the tree before a second run, written for the working directory."""
        files = [item for item in self.sketch.items if item.kind == "file" and not os.path.basename(item.path).startswith("blob")]
        item = self.random.choice(files)
        path = os.path.relpath(item.path, self.sketch.cwd or ".")
        how = self.random.choice(("line", "line", "shadow", "shadow", "remove", "replace", "same"))
        if how == "shadow":
            directory = os.path.relpath(self.random.choice(self.sketch.directories) or ".", self.sketch.cwd or ".")
            headers = [os.path.basename(other.path) for other in files if other.path != self.sketch.source] + ["gone.h", "stddef.h"]
            return (write(SHADOWS, os.path.join(directory, self.random.choice(headers))),)
        if how == "remove" and item.path != self.sketch.source:
            return (f"rm -f {named(path)}",)
        if how == "replace":
            return (write(item.text + "int replaced;\n", "new"), f"mv new {named(path)}")
        if how == "same":
            return (write(item.text, path),)
        return (write("int changed;\n", path).replace(" >", " >>", 1),)
