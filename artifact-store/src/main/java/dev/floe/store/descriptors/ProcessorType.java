package dev.floe.store.descriptors;

/** The architecture of this machine, on which some numbers of the kernel depend. */
public final class ProcessorType {
    /** Otherwise it is AArch64, or another that has the kernel's generic numbers. */
    public static final boolean IS_X86_64 = "amd64".equals(System.getProperty("os.arch"));

    private ProcessorType() {}
}
