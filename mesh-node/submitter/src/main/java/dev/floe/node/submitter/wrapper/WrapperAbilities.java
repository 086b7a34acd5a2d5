package dev.floe.node.submitter.wrapper;

/**
 * What a wrapper can do beyond the oldest version of its protocol; see docs/wrapper-protocol.md.
 *
 * @param passesRoot     whether a descriptor of its root came with HELLO
 * @param takesContents  whether COPY may come with a descriptor
 */
public record WrapperAbilities(boolean passesRoot, boolean takesContents) {
    private static final int FIRST_VERSION = 4;
    private static final int PASSES_ROOT = 16;
    private static final int TAKES_CONTENTS = 32;

    /** Those that HELLO names. */
    public static WrapperAbilities of(WrapperFrame hello) throws WrapperProtocolException {
        WrapperFrame.Reader in = new WrapperFrame.Reader(hello);
        in.u32();
        boolean told = in.u16() >= FIRST_VERSION;
        int flags = in.u16();
        return new WrapperAbilities(told && (flags & PASSES_ROOT) != 0, told && (flags & TAKES_CONTENTS) != 0);
    }
}
