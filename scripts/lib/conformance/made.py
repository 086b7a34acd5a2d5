"""Directives whose names macros make, in the ways that the preprocessor allows: what a reader of the text does not see, and the compiler does."""

import os

ANGLES = "<{}>"
QUOTES = '"{}"'


def stem(name):
    """The name without `.h`, if it has that and is one token."""
    base = name[:-2] if name.endswith(".h") else ""
    return base if base.isascii() and base.isidentifier() else ""


def condition(random, words, number):
    """Lines to define, and a condition that is true if the file of these words is there."""
    name = words[1:-1]
    ways = [
        (f"#define P{number} __has_include\n", f"P{number}({words})"),
        (f"#define P{number}(x) __has_include(x)\n", f"P{number}({words})"),
        (f"#define P{number} __has_include({words})\n", f"P{number}"),
        (f"#define Q{number}(x) __has_include(x)\n#define P{number}(y) Q{number}(y)\n", f"P{number}({words})"),
        (f"#define P{number} defined(__has_include) && __has_include({words})\n", f"P{number}"),
        (f"#define W{number} {words}\n#define P{number} __has_include(W{number})\n", f"P{number}"),
        (f"#define W{number} {words}\n", f"__has_include(W{number})"),
        (f"#define CAT{number}(a, b) a##b\n", f"CAT{number}(__has_, include)({words})"),
        (f"#define P{number}(...) __has_include(__VA_ARGS__)\n", f"P{number}({words})"),
    ]
    directory, base = os.path.split(name)
    if stem(base):
        middle = f"{directory}/" if directory else ""
        shape = (ANGLES if words[0] == "<" else QUOTES).format(f"{middle}x.h")
        if words[0] == "<":
            ways.append((f"#define P{number}(x) __has_include({shape})\n", f"P{number}({stem(base)})"))
        ways.append((f"#define TEXT{number}(x) #x\n#define NAME{number}(x) TEXT{number}(x)\n", f"__has_include(NAME{number}({name}))"))
    if directory.isidentifier() and words[0] == "<":
        ways.append((f"#define D{number} {directory}\n", f"__has_include(<D{number}/{base}>)"))
        ways.append((f"#define D{number} {directory}\n#define P{number} __has_include(<D{number}/{base}>)\n", f"P{number}"))
    return random.choice(ways)


def guarded(random, words, number):
    """An include below such a condition."""
    define, made = condition(random, words, number)
    include = f"#include {words}\n"
    lines = random.choice((
        f"#if {made}\n{include}#else\nint without{number};\n#endif\n",
        f"#if 0\n#elif {made}\n{include}#endif\n",
        f"#if {made} && 1\nint present{number};\n#endif\n",
        f"#if !({made})\nint absent{number};\n#else\n{include}#endif\n",
    ))
    return define + lines


def include(random, words, number):
    """An include of a name that macros make."""
    name = words[1:-1]
    directory, base = os.path.split(name)
    ways = [f"#define W{number} {words}\n#define V{number} W{number}\n#include V{number}\n",
            f"#define W{number}(x) {words}\n#include W{number}(0)\n",
            f"#define W{number}(x) x\n#include W{number}({words})\n"]
    if name.isascii() and " " not in name:
        ways.append(f"#define TEXT{number}(x) #x\n#define NAME{number}(x) TEXT{number}(x)\n#include NAME{number}({name})\n")
    if directory.isidentifier() and words[0] == "<":
        ways.append(f"#define D{number} {directory}\n#define W{number} <D{number}/{base}>\n#include W{number}\n")
    return random.choice(ways)


def line(random, path, number):
    """A #line whose file a macro names, and something to warn of there."""
    ways = (
        f"#define GRAMMAR{number} \"{path}\"\n#line 2 GRAMMAR{number}\n",
        f"#define AT{number} 2 \"{path}\"\n#line AT{number}\n",
        f"#define ROW{number} 2\n#line ROW{number} \"{path}\"\n",
        f"#define GRAMMAR{number}(x) x\n#line 2 GRAMMAR{number}(\"{path}\")\n",
        f"#define TEXT{number}(x) #x\n#line 2 TEXT{number}({path})\n",
        f"# 2 \"{path}\"\n",
    )
    return random.choice(ways) + f"int from{number}(void) {{ int unused{number}; return 0; }}\n"


def word(random, parts, number):
    """Definitions, and an expression that is the word of the two parts, pasted."""
    first, second = parts
    return random.choice((
        (f"#define CAT{number}(a, b) a##b\n", f"CAT{number}({first}, {second})"),
        (f"#define FIRST{number} {first}\n#define CAT{number}(a, b) a##b\n#define BOTH{number}(a, b) CAT{number}(a, b)\n", f"BOTH{number}(FIRST{number}, {second})"),
        (f"#define ALL{number}(b) {first}##b\n", f"ALL{number}({second})"),
        (f"#define ALL{number} {first}{second}\n", f"ALL{number}"),
    ))


def embed(random, words, number):
    """Bytes of a file, by compilers that can."""
    define, name = random.choice((("", words), (f"#define BLOB{number} {words}\n", f"BLOB{number}")))
    return (f"{define}#ifdef __has_embed\n#if __has_embed({name})\nconst unsigned char blob{number}[] = {{\n#embed {name}\n}};\n#endif\n#endif\n")
