package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.floe.command.CompileCommand;
import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.node.submitter.context.OutputAllowlist.Announced;
import dev.floe.node.submitter.wrapper.LinkResolver;
import dev.floe.store.Digest;

/** Which files a command makes, by what gcc 12, clang 14 and clang 19 leave. */
final class OutputAllowlistTest {
    @TempDir
    Path directory;

    @BeforeEach
    void write() throws IOException {
        for (String source : List.of("M.c", "e.S", "d/s.cpp")) {
            Files.createDirectories(directory.resolve(source).getParent());
            Files.writeString(directory.resolve(source), "");
        }
        Files.createDirectory(directory.resolve("o"));
    }

    private OutputAllowlist expected(String command, Input... inputs) throws IOException {
        CompileCommand parsed = OneCommand.parse(directory, List.of(command.split(" ")));
        return new OutputAllowlist(parsed, new InputSet(List.of(inputs)), new LinkResolver(List.of(inputs)));
    }

    private Optional<String> flaw(String command, List<String> names) throws IOException {
        List<Announced> files = new ArrayList<>();
        names.forEach(name -> files.add(new Announced(directory.resolve(name).toString(), 0644, 1)));
        return expected(command).flaw(files);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gcc -c M.c | M.o", "gcc -c M.c -o o/x.o | o/x.o", "gcc -S M.c | M.s",
            "clang -c -emit-llvm M.c | M.bc", "clang -S -emit-llvm M.c | M.ll", "clang -c -Xclang -emit-llvm M.c | M.o",
            "gcc -MD -c M.c | M.o M.d", "gcc -MMD -c M.c -o o/x.tar.o | o/x.tar.o o/x.tar.d",
            "gcc -MD -MF o/deps -c M.c | M.o o/deps", "gcc -Wp,-MD,o/.x.d -c M.c | M.o o/.x.d",
            "gcc -MD -Wp,-MF,foo.d -c M.c | M.o foo.d", "clang -MD -MF x.dep -c M.c | M.o x.dep",
            "gcc -g -gsplit-dwarf -c M.c -o o/h.obj | o/h.obj o/h.dwo",
            "clang -g -gsplit-dwarf=split -c M.c | M.o M.dwo", "gcc --coverage -c M.c | M.o M.gcno",
            "gcc -ftest-coverage -fprofile-note=my.x -c M.c | M.o my.x", "clang -ftest-coverage -S M.c | M.s M.gcno",
            "gcc -fstack-usage -c M.c -o o/p.o | o/p.o o/p.su", "gcc -fcallgraph-info=su,da -c M.c | M.o M.ci",
            "gcc -save-temps -c M.c | M.o M.i M.s", "gcc -save-temps=obj -c M.c -o o/h.o | o/h.o o/h.i o/h.s",
            "gcc -save-temps=cwd -c M.c -o o/h.o | o/h.o h.i h.s", "g++ -save-temps -c d/s.cpp | s.o s.ii s.s",
            "clang --save-temps -c M.c -o o/h.o | o/h.o M.i M.bc M.s",
            "clang -save-temps=obj -emit-llvm -S M.c -o o/h.ll | o/h.ll o/M.i o/M.tmp.bc",
            "gcc -O1 -fdump-tree-optimized -c M.c -o o/p.o | o/p.o o/p.c.252t.optimized",
            "gcc -da -c M.c | M.o M.c.258r.dfinit M.c.253r.expand M.c.301r.ira",
            "gcc -fdump-tree-all-graph -c M.c | M.o M.c.050t.local-pure-const1 M.c.102t.ccp2.dot M.c.000i.cgraph",
            "g++ -fdump-lang-class -c d/s.cpp | s.o s.cpp.001l.class",
            "gcc -fdump-tree-all=my.dump -c M.c | M.o my.dump", "gcc -fdump-final-insns -c M.c | M.o M.c.gkd",
            "gcc -fdump-analyzer-supergraph -c M.c | M.o M.c.supergraph.dot M.c.analyzer.txt M.c.eg.dot",
            "gcc -fdump-ada-spec -c M.c | M.o m_c.ads stdio_h.ads", "gcc -fdump-go-spec=x.go -c M.c | M.o x.go",
            "gcc -dumpbase b.c -dumpbase-ext .c -fstack-usage -c M.c -o o/x.o | o/x.o b.su",
            "gcc -dumpdir o/z. -save-temps -c M.c | M.o o/z.M.i", "gcc -dumpdir pre- -save-temps -c M.c | M.o pre-M.s",
            "gcc -aux-info protos -c M.c | M.o protos", "gcc -fopt-info-all=opt.txt -O3 -c M.c | M.o opt.txt",
            "gcc -fdiagnostics-add-output=sarif:version=2.1,file=x.sarif,y=z -c M.c | M.o x.sarif",
            "gcc -fsave-optimization-record -O2 -c M.c -o o/x.o | o/x.o o/x.c.opt-record.json.gz",
            "clang -fsave-optimization-record -O2 -c M.c -o o/x.y.o | o/x.y.o o/x.y.opt.yaml",
            "clang -foptimization-record-file=my.yaml -c M.c | M.o my.yaml",
            "clang -ftime-trace -c M.c -o o/x.o | o/x.o o/x.json", "clang -ftime-trace=t.json -c M.c | M.o t.json",
            "clang -MJ f.json -c M.c | M.o f.json", "clang -gen-cdb-fragment-path o -c M.c | M.o o/M.c.f7b0.json",
            "clang --serialize-diagnostics w.dia -c M.c | M.o w.dia",
            "clang -Xclang -dependency-file -Xclang foo.d -c M.c | M.o foo.d",
            "gcc -Wa,-al=o/x.lst -c M.c | M.o o/x.lst",
            "gcc -fsyntax-only -MD M.c | a-M.d", "gcc -fsyntax-only -MD M.c -o x.y | x.d",
            "gcc -fsyntax-only -save-temps M.c -o o/e.o | o/e.o-M.i o/e.o-M", "gcc -fsyntax-only M.c | ''",
            "gcc -c M.c -o /dev/null | ''", "gcc -S e.S | ''", "clang -S e.S -o x.s | x.s"})
    void aCommandMakes(String command, String names) throws IOException {
        assertThat(flaw(command, names.isEmpty() ? List.of() : List.of(names.split(" ")))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gcc -c M.c | M.d", "gcc -MD -MF x -c M.c | M.d", "gcc -MD -c M.c | M.d.x",
            "gcc -c M.c -o o/x.o | M.o", "gcc -c M.c | o/M.o", "gcc -S M.c | M.o",
            "gcc -save-temps -c M.c | Makefile.i",
            "gcc -da -c M.c | Makefile", "gcc -da -c M.c | M.c.258r.", "gcc -da -c M.c | M.c.258r.a/b",
            "gcc -da -c M.c | M.mk", "gcc -fdump-tree-all=my.dump -c M.c | my.dump.x",
            "gcc -dumpdir pre- -save-temps -c M.c | pre-commit",
            "gcc -dumpdir pre- -fstack-usage -c M.c | pre-commit.su",
            "gcc -dumpbase Makefile -fstack-usage -c M.c | Makefile",
            "gcc -fdump-ada-spec -c M.c | Makefile.ads", "clang -gen-cdb-fragment-path o -c M.c | o/x.json",
            "clang -gen-cdb-fragment-path o -c M.c | M.c.aaaa.json", "clang -fcrash-diagnostics-dir=o -c M.c | o/M.c",
            "gcc -fopt-info=stderr -c M.c | stderr", "gcc -fsyntax-only M.c | a-M.o",
            "gcc -fsyntax-only -MD M.c | a.out",
            "gcc -fanalyzer -fdump-analyzer -c M.c | M.c.txt", "clang -da -c M.c | M.c.258r.dfinit"})
    void aCommandDoesNotMake(String command, String name) throws IOException {
        CompileCommand parsed = OneCommand.parse(directory, List.of(command.split(" ")));
        List<String> names = Stream
                .concat(Stream.ofNullable(parsed.primaryOutput()).map(Path::toString), Stream.of(name)).toList();
        assertThat(flaw(command, names))
                .contains(directory.resolve(name) + ", which this command would not make");
    }

    @Test
    void theObjectMustBeThereWhereTheCommandMakesOne() throws IOException {
        assertThat(flaw("gcc -c M.c", List.of())).contains("no " + directory.resolve("M.o"));
        assertThat(flaw("gcc -MD -c M.c", List.of("M.d"))).contains("no " + directory.resolve("M.o"));
        assertThat(flaw("gcc -fsyntax-only M.c", List.of())).isEmpty();
    }

    @Test
    void noInputIsMadeThoughItHasTheNameOfAnOutput() throws IOException {
        Input.File kept = new Input.File(directory.resolve("M.s"), 0644, Digest.ofBytes(new byte[0]), 0,
                false, 0);
        List<Announced> files = List.of(new Announced(directory.resolve("M.o").toString(), 0644, 1),
                new Announced(directory.resolve("M.s").toString(), 0644, 1));
        assertThat(expected("gcc -save-temps -c M.c").flaw(files)).isEmpty();
        assertThat(expected("gcc -save-temps -c M.c", kept).flaw(files)).isPresent();
    }

    @Test
    void followsTheLinksOnTheWayToAnOutput() throws IOException {
        Input.Link link = new Input.Link(directory.resolve("linked"), "o");
        String real = directory.resolve("o/x.o").toString();
        assertThat(expected("gcc -c M.c -o linked/x.o", link).flaw(List.of(new Announced(real, 0644, 1)))).isEmpty();
        Input.Link out = new Input.Link(directory.resolve("x.o"), "/etc/x.o");
        assertThat(expected("gcc -c M.c -o x.o", out).flaw(List.of(new Announced("/etc/x.o", 0644, 1)))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"0644,true", "0600,true", "0640,true", "0755,false", "0777,false", "0666,false", "0664,false",
            "0400,false",
            "0,false", "01644,false", "04644,false", "-1,false"})
    void modesFollowTheUmask(String mode, boolean taken) throws IOException {
        List<Announced> files = List
                .of(new Announced(directory.resolve("M.o").toString(), (int) Long.parseLong(mode, 8), 1));
        assertThat(expected("gcc -c M.c").flaw(files).isEmpty()).isEqualTo(taken);
    }
}
