package dev.floe.node.rpc.messages;

import java.util.List;
import java.util.Objects;

import org.infinispan.protostream.annotations.Proto;
import org.infinispan.protostream.annotations.ProtoName;

import dev.floe.node.bounds.PeerText;

/**
 * The messages of {@code /stand-in}: a submitter describes one of its compilers by a {@link CompilerProfile}; the peer
 * answers with {@link CompatibilityResults} for those of its own compilers that may be equivalent.
 */
public sealed interface SubstituteCompilerMessage {
    /** Most of what speaks against a compiler that is told. */
    int MAX_TROUBLES = 64;

    /**
     * What a compiler is and what it makes of samples.
     *
     * @param directory in which the samples were compiled
     * @param sign      the signature that it writes into objects; empty if it does not
     * @param driver    real path of its driver for C
     * @param facts     one text a driver, C's and then that of C++ if there is one: predefined macros and the defaults
     *                  of options
     * @param known     what other peers have found already
     */
    @Proto
    @ProtoName("StandInPortrait")
    record CompilerProfile(String toolchain, String family, String version, String target, String directory,
            String sign, String driver, List<CompilerFacts> facts, List<SampleResult> sketches,
            List<CompatibilityResult> known) implements SubstituteCompilerMessage {
        public CompilerProfile {
            require(toolchain, family, version, target, directory, driver);
            sign = Objects.requireNonNullElse(sign, "");
            facts = copy(facts);
            sketches = copy(sketches);
            known = copy(known);
        }

        /** The same of one who has heard this from others. */
        public CompilerProfile knowing(List<CompatibilityResult> heard) {
            return new CompilerProfile(toolchain, family, version, target, directory, sign, driver, facts, sketches,
                    heard);
        }
    }

    /**
     * What one driver says of itself, each sorted, a line a macro and a line an option.
     *
     * @param programs what it gives to its programs by itself, and the assembler's version
     */
    @Proto
    @ProtoName("StandInFacts")
    record CompilerFacts(List<String> macros, List<String> options, List<String> programs) {
        public CompilerFacts {
            macros = copy(macros);
            options = copy(options);
            programs = copy(programs);
        }
    }

    /**
     * One sample.
     *
     * @param ability  that it shows, see {@link dev.floe.command.parser.CompilerCapability}
     * @param cxx      whether the driver for C++ compiles it
     * @param file     name of the source
     * @param object   name of what is made
     * @param options  of the command, before the source
     * @param output   digest of what was made
     * @param messages digest of what was printed to standard error
     */
    @Proto
    @ProtoName("StandInSketch")
    record SampleResult(String name, String ability, boolean cxx, String file, String text, String object,
            List<String> options, int exit,
            byte[] output, byte[] messages) {
        public SampleResult {
            require(name, ability, file, text, object);
            options = copy(options);
            output = Objects.requireNonNullElse(output, new byte[0]);
            messages = Objects.requireNonNullElse(messages, new byte[0]);
        }
    }

    @Proto
    @ProtoName("StandInVerdicts")
    record CompatibilityResults(List<CompatibilityResult> verdicts) implements SubstituteCompilerMessage {
        public CompatibilityResults {
            verdicts = copy(verdicts);
        }
    }

    /**
     * On one compiler of the peer.
     *
     * @param compiler  its path there, for people
     * @param toolchain empty if it was not worth packing
     * @param host      the processor that it runs on
     * @param c         path of its driver for C; empty if there is none, likewise {@code cxx}
     * @param options   that make its defaults those of the other
     * @param signed    the signature that it writes into objects
     * @param sign      what the other signs them with
     * @param proven    the capabilities whose samples were all equal
     * @param troubles  what speaks against it, a sentence each
     */
    @Proto
    @ProtoName("StandInVerdict")
    record CompatibilityResult(String compiler, String toolchain, String host, String c, String cxx,
            List<String> options,
            String signed, String sign, List<String> proven,
            List<String> troubles) implements SubstituteCompilerMessage {
        public CompatibilityResult {
            require(compiler);
            toolchain = Objects.requireNonNullElse(toolchain, "");
            host = Objects.requireNonNullElse(host, "");
            c = Objects.requireNonNullElse(c, "");
            cxx = Objects.requireNonNullElse(cxx, "");
            options = copy(options);
            signed = Objects.requireNonNullElse(signed, "");
            sign = Objects.requireNonNullElse(sign, "");
            proven = copy(proven);
            troubles = copy(troubles).stream().limit(MAX_TROUBLES).map(PeerText::of).toList();
        }

        /** That a compiler is none, and why. */
        public static CompatibilityResult against(String compiler, String why) {
            return new CompatibilityResult(compiler, "", "", "", "", List.of(), "", "", List.of(), List.of(why));
        }
    }

    private static void require(Object... fields) {
        for (Object field : fields) {
            Objects.requireNonNull(field, "a field that must be there is missing");
        }
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
