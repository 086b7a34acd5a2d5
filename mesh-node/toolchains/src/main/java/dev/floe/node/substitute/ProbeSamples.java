package dev.floe.node.substitute;

import java.util.ArrayList;
import java.util.List;

import dev.floe.command.parser.CompilerCapability;

/**
 * The samples by which compilers are compared. The texts need no header, so that nothing but the compiler decides what
 * comes of them.
 */
final class ProbeSamples {
    private static final String C = """
            typedef unsigned long size;
            struct pair { int key; double value; float small; long double large; unsigned bits : 5; };
            struct __attribute__((packed)) tight { char c; long l; };
            extern int outside(const char *, ...);
            static int unused(void) { return 1; }
            static const char *const words[] = { "one", "two", "three" };
            _Thread_local int mine = 3;
            int zeros[40], some = 5;
            double sum(const struct pair *pairs, size count) {
                double total = 0;
                for (size i = 0; i < count; i++) total += pairs[i].key * pairs[i].value \
            + pairs[i].small / pairs[i].large;
                return total;
            }
            int pick(int n, struct tight *t) {
                char name[n + 8];
                switch (n) { case 1: return 7; case 2: return t->c; case 3: return 9; case 4: return 2; \
            case 5: return 77; case 9: mine++; }
                for (int i = 0; i < n; i++) name[i] = (char) (i ^ n);
                long long wide = (long long) n * t->l / 1000003;
                return outside(words[n % 3], name, wide, some ? (double) wide : 1.5f);
            }
            void copy(int *restrict to, const int *restrict from, int n) { while (n-- > 0) *to++ = *from++ * 3 + 1; }
            unsigned turn(unsigned x) { return __builtin_bswap32(x) ^ (x << 7 | x >> 25) ^ __builtin_popcount(x); }
            int swap(int *at, int was, int is) { return __atomic_compare_exchange_n(at, &was, is, 0, 5, 5); }
            int wrong(int a) { int b; if (a = 3) return b; return "x" - words[0]; }
            """;
    private static final String CXX = """
            namespace sample {
            template <typename T> struct Ring { T items[8]; unsigned head = 0; T next() { return items[head++ % 8]; } };
            struct Base { virtual ~Base() {} virtual int at(int) const = 0; };
            struct Other { virtual long size() { return 3; } };
            struct Leaf : Base, virtual Other { int at(int i) const override { if (i < 0) throw i; return i + 1; } };
            static int unused() { return 1; }
            inline int counter() { static int calls = Leaf().at(1); return ++calls; }
            thread_local Leaf mine;
            template <typename F> double apply(F f, double x) { return f(f(x)); }
            }
            struct Held { ~Held(); int n; };
            Held made(int);
            int use(sample::Ring<long> &ring, sample::Base *base) {
                Held held = made(3);
                char name[40];
                for (char &c : name) c = (char) ring.next();
                try { return sample::mine.at((int) ring.next()) + name[ring.head % 40] + sample::counter(); }
                catch (int thrown) { return thrown + (int) sample::apply([&](double x) { return x * held.n; }, 2.5); }
                catch (...) { return dynamic_cast<sample::Leaf *>(base) != nullptr; }
            }
            """;
    private static final String ASSEMBLY = """
            #define NAME(x) x ## _name
            .text
            .globl NAME(first)
            NAME(first):
            #ifdef __ELF__
            .long 1f - NAME(first)
            #endif
            .byte 1, 2, 3
            .balign 8
            1: .quad 0x123456789
            .section .rodata
            .asciz "text"
            .macro twice a
            .long \\a, \\a
            .endm
            twice 5
            .ident "by hand"
            """;

    /** A sample that is not compiled yet. */
    record ProbeSample(String name, CompilerCapability ability, boolean cxx, String file, String text,
            List<String> options) {}

    private ProbeSamples() {}

    static List<ProbeSample> all(boolean withCxx) {
        List<ProbeSample> all = new ArrayList<>();
        c(all, CompilerCapability.CODE, "-O0");
        c(all, CompilerCapability.CODE, "-O2", "-Wall", "-Wextra");
        c(all, CompilerCapability.CODE, "-O3", "-fPIC");
        c(all, CompilerCapability.CODE, "-Os", "-fno-pie", "-ffunction-sections", "-fdata-sections");
        c(all, CompilerCapability.DEBUG, "-O0", "-g3");
        c(all, CompilerCapability.DEBUG, "-O2", "-g");
        c(all, CompilerCapability.STACK_PROTECTOR, "-O2", "-fstack-protector-strong");
        c(all, CompilerCapability.STACK_PROTECTOR, "-O1", "-fstack-protector-all");
        all.add(new ProbeSample("assembly", CompilerCapability.ASSEMBLER, false, "sample.S", ASSEMBLY, List.of()));
        all.add(new ProbeSample("assembly -g", CompilerCapability.ASSEMBLER, false, "sample.S", ASSEMBLY,
                List.of("-g")));
        if (withCxx) {
            cxx(all, CompilerCapability.CODE, "-O0");
            cxx(all, CompilerCapability.CODE, "-O2", "-Wall");
            cxx(all, CompilerCapability.CODE, "-O3", "-fPIC", "-std=c++17");
            cxx(all, CompilerCapability.DEBUG, "-O2", "-g");
            cxx(all, CompilerCapability.STACK_PROTECTOR, "-O2", "-fstack-protector-strong");
        }
        return all;
    }

    private static void c(List<ProbeSample> all, CompilerCapability ability, String... options) {
        all.add(new ProbeSample("C " + String.join(" ", options), ability, false, "sample.c", C, List.of(options)));
    }

    private static void cxx(List<ProbeSample> all, CompilerCapability ability, String... options) {
        all.add(new ProbeSample("C++ " + String.join(" ", options), ability, true, "sample.cc", CXX, List.of(options)));
    }
}
