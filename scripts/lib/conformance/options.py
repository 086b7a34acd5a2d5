"""The options of random commands, by the topics of the table: (compilers, group of words)."""

ANY = "gcc clang"


def rows(text):
    """The groups, semicolons between them; what stands below `gcc:` or `clang:` is for that compiler only."""
    found, compilers = [], ANY
    for line in text.strip().splitlines():
        if line in ("gcc:", "clang:"):
            compilers = line[:-1]
        else:
            found += [(compilers, tuple(group.split())) for group in line.split(" ; ")]
    return found


# Of each topic a command has an option with the given probability.
TOPICS = (
    (0.45, rows("""
-O0 ; -O1 ; -O2 ; -O2 ; -O3 ; -Os ; -Og ; -Ofast ; -O
""")),
    (0.4, rows("""
-g ; -g ; -g ; -g0 ; -g1 ; -g3 ; -ggdb ; -ggdb3 ; -gdwarf-4 ; -gdwarf-5 ; -gdwarf-2 -gstrict-dwarf ; -g -gz
-g -gsplit-dwarf ; -g -gsplit-dwarf ; -gsplit-dwarf ; -g -gcolumn-info ; -g -gno-column-info
gcc:
-g -grecord-gcc-switches ; -g -gno-record-gcc-switches ; -gctf ; -g -gas-loc-support
-g -fdebug-types-section ; -g -gsplit-dwarf -fdebug-types-section ; -g -feliminate-unused-debug-types
-g -gdescribe-dies
clang:
-g -gsplit-dwarf=single ; -g -gsplit-dwarf=split ; -gline-tables-only ; -gmlt ; -g -gembed-source -gdwarf-5
-g -fstandalone-debug ; -g -grecord-command-line
""")),
    (0.22, rows("""
-MD ; -MMD ; -MD ; -MMD ; -MD -MP ; -MMD -MP ; -MD -MF deps ; -MD -MFdeps.d ; -MMD -MF ./deps.x ; -MD -MT target
-MMD -MT one -MT two ; -MD -MQ $x.o ; -MD -MTjoined -MP -MF h.dd ; -MD -MF - ; -MMD -MF /dev/null ; -Wp,-MD,foo.d
-Wp,-MMD,.m.o.d ; -Wp,-MD,foo.d,-MT,bar.o ; -Wp,-MD,-MF,foo.d ; -MD -Wp,-MT,x.o ; -MD -Wp,-MF,foo.d
-Wp,-MMD,foo.d -Wp,-MP ; -Wp,-MD -Wp,foo.d ; -Xpreprocessor -MD -Xpreprocessor -MF -Xpreprocessor foo.d ; -MF deps
-MP ; -MT t
gcc:
--write-dependencies ; --write-user-dependencies -MF u.d
clang:
-MD -MV ; -MJ fragment.json ; -Xclang -dependency-file -Xclang foo.d -Xclang -MT -Xclang foo.o ; -MD -MV -MF deps
""")),
    (0.3, rows("""
-Wall ; -Wall -Wextra ; -Wall ; -Wextra -pedantic ; -w ; -Wall -Wno-unused-variable ; -Wunused-macros
-Wsystem-headers -Wall ; -Wall -Werror ; -Werror=unused-variable -Wall ; -Wall -Wno-error ; -Wno-such-warning -Wall
-Wfatal-errors ; -Wall -fdiagnostics-color=always ; -Wall -fdiagnostics-color=never ; -Wall -fdiagnostics-color=auto
-Wall -fmessage-length=40 ; -Wall -fno-diagnostics-show-caret ; -Wall -fno-diagnostics-show-option
-Wmissing-include-dirs ; -Wdate-time ; -Wundef ; -Wunused -Wconversion ; -fpermissive
gcc:
-Wall -fdiagnostics-format=json ; -Wall -fdiagnostics-format=json-file ; -Wall -fdiagnostics-parseable-fixits
-Wall -fdiagnostics-generate-patch ; -Wall -fdiagnostics-show-line-numbers ; -Wall -fno-diagnostics-show-line-numbers
-Wall -fdiagnostics-urls=always ; -Wall -fdiagnostics-column-unit=byte ; -Wall -fdiagnostics-minimum-margin-width=2
-Wall -fdiagnostics-path-format=none ; -fanalyzer ; -Wall -Wpadded -Winline -O2 ; -fmax-errors=1 ; -Wa,--warn
-Wstack-usage=8 ; -Wframe-larger-than=8
clang:
-Weverything ; -Wall -fcolor-diagnostics ; -Wall -fansi-escape-codes -fcolor-diagnostics
-Wall --serialize-diagnostics warn.dia ; -Wall -fdiagnostics-format=msvc ; -Wall -fdiagnostics-print-source-range-info
-Wall -fdiagnostics-show-category=name ; -Wall -fdiagnostics-absolute-paths ; -Wall -fdiagnostics-parseable-fixits
-ferror-limit=1 ; -Rpass=.* -O2 ; -Wall -fno-diagnostics-fixit-info
""")),
    (0.2, rows("""
-save-temps ; --save-temps ; -save-temps=obj ; -save-temps=cwd ; -fstack-usage ; -fstack-usage ; --coverage
-ftest-coverage ; -fprofile-arcs ; -fprofile-generate ; -fprofile-generate=pro ; -fsave-optimization-record -O1
-Wa,-al=list.txt -pipe ; -Wa,-adhlns=list.txt -g -pipe ; -Wa,-al -pipe ; -H
gcc:
--coverage -frandom-seed=fixed ; -ftest-coverage -fprofile-note=my.gcno -frandom-seed=fixed
--coverage -frandom-seed=fixed -fprofile-abs-path ; -fcallgraph-info ; -fcallgraph-info=su,da ; -fdump-tree-original
-fdump-tree-optimized -O1 ; -fdump-tree-optimized=my.dump -O1 ; -fdump-tree-gimple=stdout ; -fdump-tree-all -O1
-fdump-rtl-expand ; -fdump-ipa-cgraph -O1 ; -fdump-ipa-all ; -fdump-lang-all ; -da ; -dA -save-temps ; -dP -save-temps
-fdump-final-insns=final.txt ; -fdump-passes ; -fdump-statistics -O1 ; -dumpbase base -save-temps
-dumpdir pre- -save-temps ; -dumpdir pre- -fdump-tree-original ; -dumpbase base.x -dumpbase-ext .x -fstack-usage
-aux-info protos.txt ; -fopt-info -O3 ; -fopt-info-all=opt.txt -O3 ; -fdump-go-spec=spec.go ; -Wa,-aln=list.txt -pipe
-Wa,--MD,asm.d ; -Wa,--MD=asm.d ; -fprofile-use -Wmissing-profile ; -frandom-seed=fixed -flto ; -fcompare-debug
-fsched-verbose=2 -O2 -fdump-rtl-sched2 ; -fdump-noaddr -fdump-tree-all-lineno ; -fdiagnostics-format=sarif-file
clang:
-ftime-trace ; -fprofile-instr-generate -fcoverage-mapping
-foptimization-record-file=my.yaml -fsave-optimization-record -O2 ; -emit-llvm ; -fcrash-diagnostics-dir=crash
-Xclang -ast-dump ; -fproc-stat-report=stat.csv ; -Xclang -fdump-record-layouts ; -mllvm -stats
""")),
    (0.2, rows("""
-march=native ; -march=native -O2 ; -mtune=native ; -march=x86-64-v3 ; -march=native -mtune=generic
-msse4.2 -mno-red-zone ; -m32 -nostdinc
gcc:
-mcpu=native ; -march=native -fverbose-asm
clang:
--target=aarch64-linux-gnu -nostdinc ; --target=x86_64-pc-linux-gnu ; -target armv7a-none-eabi -ffreestanding
""")),
    (0.35, rows("""
-fPIC ; -fpie ; -fno-pic ; -fno-common ; -pipe ; -pipe ; -ffunction-sections -fdata-sections ; -fvisibility=hidden
-fstack-protector-strong ; -fno-exceptions ; -fno-strict-aliasing -fwrapv ; -funroll-loops ; -fsanitize=undefined
-fsanitize=address ; -ffreestanding ; -pthread ; -fverbose-asm ; -masm=intel ; -fno-ident ; -frecord-gcc-switches
-finput-charset=UTF-8 ; -fshort-enums ; -fomit-frame-pointer ; -flto -frandom-seed=1 ; -D_GNU_SOURCE ; -D_FORTIFY_SOURCE=2 -O2
-frandom-seed=7 ; -fwhole-program ; -nostdinc ; -trigraphs ; -fdollars-in-identifiers ; -fno-builtin ; -ftabstop=4
-Wa,--noexecstack ; -Xassembler --noexecstack ; -Wa,--compress-debug-sections ; -working-directory=. ; -pg
-mfentry -pg ; -fpatchable-function-entry=2 ; -finstrument-functions ; -fno-asynchronous-unwind-tables
-fexcess-precision=standard ; -undef ; -P ; -C
gcc:
-flto -ffat-lto-objects -frandom-seed=1 ; -fdirectives-only ; -fopenmp ; -fno-working-directory ; -fworking-directory ; -fpreprocessed
-ftrack-macro-expansion=0 ; -fdebug-cpp ; -fno-canonical-system-headers ; -fcanonical-system-headers ; -fpch-deps
--param=inline-unit-growth=10 ; -fgnat-encodings=all ; -fno-dwarf2-cfi-asm ; -fltrans-output-list=x
clang:
-flto=thin ; -fno-integrated-as ; -fintegrated-as ; -no-canonical-prefixes ; -Qunused-arguments ; -fcommand-line
-Xclang -fno-validate-pch ; -fms-extensions ; -fblocks ; -fno-temp-file ; -mrelax-all ; -fno-elide-type
-fkeep-static-consts
""")),
)

STANDARDS = {False: ("c89", "gnu99", "c11", "gnu17", "c2x", "iso9899:1999"), True: ("c++11", "gnu++14", "c++17", "gnu++20", "c++2b", "c++98")}

# Commands that are odd: most do not compile at all.
ODD = rows("""
-E ; -M ; -MM ; -MM -MF deps ; -fno-such-thing ; -mno-such-thing ; -std=c42 ; --no-such-option ; -x cobol ; -x none
-x c++ ; -x c ; -x assembler-with-cpp ; -x c-header ; -x cpp-output ; -c -c ; -S -c ; -I ; -o ; -MF ; -include gone.h
-imacros gone.h ; gone.c ; @gone.rsp ; -I- ; -march=unheard-of ; -g -g0 ; -O9 ; -Wa,--nonsense ; -Wp,--nonsense
-fplugin=gone ; -### ; --version ; -dM ; -dD ; -print-file-name=libc.a ; -B d1 ; -lm ; -Wl,-z,now ; -shared ; -static
-r ; -fsyntax-only ; -no-pie ; -nostdlib ; -L. ; --sysroot=gone ; -MG -MD ; -specs=gone ; -fprofile-use=gone
-iprefix d1/ -iwithprefix e ; -isysroot gone ; -ansi ; -traditional ; -Xlinker x ; -T script ; -s ; -v ; -Q
-dumpversion ; --help ; -time ; -ftime-report ; -fmem-report
""")

ENVIRONMENT = (
    ("LC_ALL", ("C", "POSIX", "C.UTF-8", "xx_YY.UTF-8", "")),
    ("LANG", ("C", "de_DE.UTF-8")),
    ("LANGUAGE", ("de",)),
    ("COLUMNS", ("30", "200", "x")),
    ("TZ", ("UTC", "XYZ-3:30", "")),
    ("SOURCE_DATE_EPOCH", ("0", "1000000000", "1234567890", "yesterday")),
    ("GCC_COLORS", ("warning=01;33:locus=04", "")),
    ("TERM", ("xterm", "dumb")),
    ("NO_COLOR", ("1",)),
    ("TMPDIR", ("/nonexistent/dir", ".", "$PWD")),
    ("PWD", ("/nonexistent", "/")),
    ("MAKEFLAGS", ("-j2",)),
    ("MAKELEVEL", ("1",)),
    ("CCACHE_DISABLE", ("1",)),
    ("UNHEARD_OF", ("ä",)),
    ("CLICOLOR_FORCE", ("1",)),
    ("OBJC_INCLUDE_PATH", ("d1",)),
    ("OBJCPLUS_INCLUDE_PATH", ("d1",)),
    ("GCC_EXTRA_DIAGNOSTIC_OUTPUT", ("fixits-v1", "fixits-v2")),
    ("CLANG_NO_DEFAULT_CONFIG", ("1",)),
    ("MACOSX_DEPLOYMENT_TARGET", ("11",)),
    ("LD_RUN_PATH", ("/nonexistent",)),
    ("ZERO_AR_DATE", ("1",)),
    ("INCLUDE", ("d1",)),
    ("CFLAGS", ("-DFLAG1",)),
)

# Such as change what the compiler reads or writes, or look as if they did.
ODD_ENVIRONMENT = (
    ("COMPILER_PATH", ("/nonexistent",)),
    ("LIBRARY_PATH", ("/nonexistent",)),
    ("DEPENDENCIES_OUTPUT", ("env.d",)),
    ("SUNPRO_DEPENDENCIES", ("sun.d",)),
    ("GCC_COMPARE_DEBUG", ("-g0",)),
    ("POSIXLY_CORRECT", ("1",)),
    ("CCC_ADD_ARGS", ("-DX",)),
    ("CCC_OVERRIDE_OPTIONS", ("+-DFLAG0", "# x-g", "^-DFLAG2=3", "# O0")),
    ("CC_PRINT_OPTIONS", ("1",)),
    ("CC_PRINT_HEADERS", ("1",)),
    ("CC_LOG_DIAGNOSTICS", ("1",)),
    ("CC_PRINT_PROC_STAT", ("1",)),
    ("GCC_EXEC_PREFIX", ("/nonexistent/", "d1/")),
    ("CPATH", ("d1:d2", "gen", ":")),
    ("AS_OPTIONS", ("x",)),
    ("COLLECT_GCC_OPTIONS", ("'-g'",)),
)
