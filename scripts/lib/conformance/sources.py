"""What the files of a random project say: headers, bodies of sources, assembler."""

STRING_MACROS = ("__FILE__", "__BASE_FILE__", "__func__")
NUMBER_MACROS = ("__LINE__", "__COUNTER__", "__INCLUDE_LEVEL__", "__STDC_HOSTED__", "__OPTIMIZE__ + 0", "sizeof(void *)")
SYSTEM_C = ("stddef.h", "stdarg.h", "limits.h", "stdint.h", "stdbool.h", "float.h", "errno.h", "stdio.h", "string.h", "assert.h")
SYSTEM_CXX = ("cstddef", "climits", "initializer_list", "cstdint", "type_traits", "new", "cassert")

FUNCTIONS = (
    "int sum{k}(const int *a, int n)\n{{\n    int s = 0;\n    for (int i = 0; i < n; i++)\n        s += a[i] * {v};\n    return s;\n}}\n",
    "float scale{k}(float *a, const float *b)\n{{\n    for (int i = 0; i < 64; i++)\n        a[i] = b[i] * {v} + a[i];\n    return a[0];\n}}\n",
    "static int step{k}(int x) {{ return x > 0 ? x * {v} : -x; }}\nint walk{k}(int x) {{ return step{k}(x) + step{k}(x - 1); }}\n",
    "const char *name{k}(int x)\n{{\n    switch (x) {{\n    case 0: return \"zero\";\n    case {v}: return __func__;\n    default: return __FILE__;\n    }}\n}}\n",
    "extern int other{k}(int);\nint call{k}(int x) {{ return other{k}(x) ? other{k}({v}) : 0; }}\n",
    "struct pair{k} {{ long a; char b; }};\nlong first{k}(struct pair{k} *p) {{ p->b = {v}; return p->a; }}\n",
    "int grow{k}(int n)\n{{\n    volatile char room[{v} + 1];\n    room[0] = (char)n;\n    return room[0];\n}}\n",
)
CXX_FUNCTIONS = (
    "namespace {{ struct hidden{k} {{ virtual ~hidden{k}() {{}} virtual int f() {{ return {v}; }} }}; }}\nint use{k}() {{ return hidden{k}().f(); }}\n",
    "template <int N> struct deep{k} {{ static const int v = deep{k}<N - 1>::v + 1; }};\ntemplate <> struct deep{k}<0> {{ static const int v = {v}; }};\nint d{k} = deep{k}<9>::v;\n",
    "struct thing{k} {{ thing{k}(); ~thing{k}(); }};\nvoid make{k}() {{ thing{k} t; if ({v} > 3) throw 1; }}\n",
    "auto lambda{k} = [](int x) {{ return x + {v}; }};\nint call{k}() {{ return lambda{k}(2); }}\n",
)
WARNINGS = (
    "int warn{k}(void) {{ int unused{k}; return {v}; }}\n",
    "int compare{k}(unsigned a, int b) {{ return a < b; }}\n",
    "static int nobody{k}(void) {{ return {v}; }}\n",
    "int missing{k}(int x) {{ if (x) return 'ab'; }}\n",
    "#warning \"careful {k}\"\n",
    "#pragma message(\"look {k}\")\n",
    "#pragma unheard of {k}\n",
    "int assign{k}(int x)\n{{\n\tif (x = {v})\n\t\treturn /* größe */ x;\n\treturn 0;\n}}\n",
    "#define TWICE{k}(a) ((a) + (a) + wrong)\nint expand{k}(int unsused, int wrong) {{ return TWICE{k}({v} / 0); }}\n",
)
ERRORS = (
    "int bad{k}(void) {{ return undeclared{k}; }}\n",
    "#error stop {k}\n",
    "#include \"gone{k}.h\"\n",
    "int bad{k}(void) {{ return 1 }}\n",
    "void bad{k}(void) {{ __asm__(\"nonsense\"); }}\n",
    "typedef char refuse{k}[-1];\n",
    "#if 1\nint open{k};\n",
)
ASSEMBLER = (
    "\t.text\n\t.globl start{k}\nstart{k}:\n\tmovl ${v}, %eax\n\tret\n",
    "\t.data\n\t.balign 8\ntable{k}:\n\t.long {v}, 2, 3\n\t.asciz \"text {k}\"\n",
    "\t.section .note.GNU-stack,\"\",@progbits\n",
    "\t.macro twice{k} what\n\t\\what\n\t\\what\n\t.endm\n\t.text\n\ttwice{k} nop\n",
)


def fill(random, texts, number):
    return random.choice(texts).format(k=number, v=random.randint(1, 40))


def header(random, number, includes, language):
    """A header; whatever it says may be said several times unless it guards itself."""
    guard = random.choice(("ifndef", "ifndef", "once", "once", "none"))
    lines = [f"#ifdef SEEN{number}\n#define TWICE{number} 1\n#endif\n#define SEEN{number}\n"] if guard != "ifndef" and random.random() < 0.5 else []
    lines += includes
    lines.append(f"#define M{number} {random.randint(1, 99)}\n")
    if language != "assembler":
        lines.append(f"extern int v{number};\n")
        if guard != "none":
            lines.append(f"static __inline__ int f{number}(int a) {{ return a * {random.randint(2, 9)}; }}\n")
            if random.random() < 0.15:
                lines.append(fill(random, WARNINGS[:4], 100 + number))
            if random.random() < 0.1:
                lines.append(f"static const char *const where{number} = __FILE__;\n")
    if random.random() < 0.2:
        lines.append(f"#ifdef FLAG{random.randint(0, 2)}\n#define MORE{number} M{number}\n#endif\n")
    text = "".join(lines)
    if guard == "ifndef":
        return f"#ifndef H{number}\n#define H{number}\n{text}#endif\n"
    return ("#pragma once\n" if guard == "once" and language != "assembler" else "") + text


def uses(number, language):
    """Lines by which the object depends on what the header says."""
    if language == "assembler":
        return f"#ifdef M{number}\n\t.long M{number}\n#endif\n"
    return (f"#ifdef M{number}\nint m{number} = M{number};\n#endif\n#ifdef TWICE{number}\nint twice{number};\n#endif\n"
            f"#ifdef MORE{number}\nint more{number} = MORE{number};\n#endif\n")


def preprocessed(random, cxx):
    """A source without directives but for what names the file that it was made of."""
    name = random.choice(("gone.c", "m.c", "d1/a.h", "<stdin>"))
    functions = (FUNCTIONS + CXX_FUNCTIONS if cxx else FUNCTIONS)[:3] + WARNINGS[:4]
    return f'# 1 "{name}"\n' + "".join(fill(random, functions, number) for number in range(random.randint(1, 3)))


def body(random, language, cxx):
    """What stands below the includes of a source."""
    if language == "assembler":
        return "".join(fill(random, ASSEMBLER, number) for number in range(random.randint(1, 3)))
    functions = FUNCTIONS + CXX_FUNCTIONS if cxx else FUNCTIONS
    parts = [fill(random, functions, number) for number in range(random.randint(1, 3))]
    if random.random() < 0.4:
        parts.append(f"long number = {random.choice(NUMBER_MACROS[:5] if not cxx else NUMBER_MACROS)};\n".replace("__OPTIMIZE__ + 0", "1"))
    if random.random() < 0.4:
        parts.append(f"const char *where(void) {{ return {random.choice(STRING_MACROS)}; }}\n")
    if random.random() < 0.35:
        parts.append(fill(random, WARNINGS, 50))
    if random.random() < 0.06:
        parts.append(fill(random, ERRORS, 60))
    if random.random() < 0.1:
        parts.append("#ifdef FLAG1\nint flagged = FLAG1 + 0;\n#else\nint plainly;\n#endif\n")
    if random.random() < 0.08:
        parts.append("#line 7 \"made from.y\"\nint from_y;\n")
    random.shuffle(parts)
    return "".join(parts)
