package dev.floe.node.submitter;

import java.util.Locale;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;

/** How much a compile reads. */
record InputSize(long files, long bytes, long all) {
    static InputSize of(InputSet inputs) {
        long files = 0;
        long bytes = 0;
        for (Input input : inputs.inputs()) {
            if (input instanceof Input.File file) {
                files++;
                bytes += file.digest().size();
            }
        }
        return new InputSize(files, bytes, inputs.inputs().size());
    }

    String text() {
        return String.format(Locale.ROOT, "%d files, %d KiB; with directories and links %d", files, bytes >> 10,
                all);
    }
}
