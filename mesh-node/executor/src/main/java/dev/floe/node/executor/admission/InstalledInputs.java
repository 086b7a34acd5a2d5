package dev.floe.node.executor.admission;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import dev.floe.store.BoundedMap;
import dev.floe.store.Digest;
import dev.floe.store.DigestMismatchException;
import dev.floe.store.FileStamp;
import dev.floe.store.content.ContentStore;
import dev.floe.store.files.SystemFiles;

/**
 * Inputs of jobs that this machine has installed itself: headers of the distribution, mostly. A file is copied into the
 * content store under its digest, and the copy is hashed, so only the bytes that an offer names get there. Of a file
 * with other bytes the digest is remembered, with its stamp, so that it is not read for each offer. Safe for threads.
 */
public final class InstalledInputs {
    /** Longer files come from the submitter: an offer must be answered soon. */
    static final long MAX_FILE_BYTES = 8 << 20;
    /** So much is read for one offer. */
    static final long MAX_OFFER_BYTES = 64 << 20;

    private static final int MAX_REMEMBERED = 20_000;

    private final ContentStore store;
    private final Map<Path, OtherBytes> others = BoundedMap.concurrent(MAX_REMEMBERED);

    /** A file that was read, and what it is. */
    private record OtherBytes(FileStamp stamp, Digest digest) {}

    public InstalledInputs(ContentStore store) {
        this.store = store;
    }

    /** Begins with the inputs of an offer. */
    Search begin() {
        return new Search(new SystemFiles());
    }

    /** The search for the inputs of one offer; owned by one thread. */
    final class Search {
        private final SystemFiles files;
        private long bytesLeft = MAX_OFFER_BYTES;

        Search(SystemFiles files) {
            this.files = files;
        }

        /** Stores the bytes of this digest if the file of this path has them; whether it did. */
        boolean store(String path, Digest digest) {
            if (digest.size() > Math.min(MAX_FILE_BYTES, bytesLeft)) {
                return false;
            }
            Optional<Path> file = files.find(path, digest.size());
            return file.isPresent() && isStored(file.get(), digest);
        }

        private boolean isStored(Path file, Digest digest) {
            try {
                FileStamp stamp = FileStamp.ofLink(file);
                OtherBytes known = others.get(file);
                if (known != null && known.stamp().equals(stamp) && !known.digest().equals(digest)) {
                    return false;
                }
                bytesLeft -= digest.size();
                try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                    InstalledInputs.this.store.put(digest, in);
                    return true;
                } catch (DigestMismatchException e) {
                    others.put(file, new OtherBytes(stamp, e.got()));
                    return false;
                }
            } catch (IOException _) {
                return false; // the submitter has it
            }
        }
    }
}
