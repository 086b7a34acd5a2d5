package dev.floe.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;

import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.impl.ArtifactResolver;
import org.eclipse.aether.internal.impl.DefaultArtifactResolver;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.sisu.Priority;

/**
 * An artifact resolver for Maven that hands out only files whose SHA-256 is in a list. It stands before
 * Maven's own resolver, through which every POM, jar and plugin comes, so a file is verified after it was
 * found or downloaded and before anything reads it. The modules of this build are not verified.
 *
 * <p>
 * It throws an unchecked exception, because Maven tolerates a POM that cannot be resolved.
 *
 * <p>
 * {@code floe.checksums} names the list, a line {@code SHA-256, two spaces, path in a local repository} for
 * each file. With {@code floe.checksums.record} nothing is verified, and such lines are added to the file
 * that it names. {@code floe.checksums.mark} names a file that is written to tell the caller that Maven has
 * taken this resolver.
 */
@Named
@Singleton
@Priority(1000)
public final class VerifyingArtifactResolver implements ArtifactResolver {
    private final ArtifactResolver resolver;
    private final String list = System.getProperty("floe.checksums", "");
    private final String record = System.getProperty("floe.checksums.record", "");
    private final Map<String, String> expected = new HashMap<>();
    private final Set<Path> known = ConcurrentHashMap.newKeySet();

    @Inject
    public VerifyingArtifactResolver(DefaultArtifactResolver resolver) {
        this.resolver = resolver;
        touch(System.getProperty("floe.checksums.mark", ""));
        if (!record.isEmpty()) {
            return;
        }
        try {
            for (String line : Files.readAllLines(Path.of(list))) {
                expected.put(line.substring(66), line.substring(0, 64));
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("the list of checksums cannot be read: " + list, e);
        }
    }

    @Override
    public ArtifactResult resolveArtifact(RepositorySystemSession session, ArtifactRequest request)
            throws ArtifactResolutionException {
        ArtifactResult result = resolver.resolveArtifact(session, request);
        verify(result);
        return result;
    }

    @Override
    public List<ArtifactResult> resolveArtifacts(RepositorySystemSession session,
            Collection<? extends ArtifactRequest> requests) throws ArtifactResolutionException {
        List<ArtifactResult> results = resolver.resolveArtifacts(session, requests);
        results.forEach(this::verify);
        return results;
    }

    private void verify(ArtifactResult result) {
        Artifact artifact = result.getArtifact();
        if (artifact == null || artifact.getFile() == null || result.getRepository() instanceof WorkspaceRepository) {
            return;
        }
        Path file = artifact.getFile().toPath();
        if (known.contains(file)) {
            return;
        }
        String name = name(artifact);
        String actual = sha256(file);
        if (record.isEmpty()) {
            String wanted = expected.get(name);
            if (wanted == null) {
                throw new SecurityException(file + " is not verified: " + list + " has no checksum of " + name);
            }
            if (!wanted.equals(actual)) {
                throw new SecurityException(file + " is not what it should be: its SHA-256 is " + actual + ", and "
                        + list + " says " + wanted + ". Remove the file to have it downloaded again.");
            }
        } else {
            record(actual + "  " + name + "\n");
        }
        known.add(file);
    }

    private static String name(Artifact artifact) {
        String classifier = artifact.getClassifier().isEmpty() ? "" : "-" + artifact.getClassifier();
        String directory = artifact.getGroupId().replace('.', '/') + "/" + artifact.getArtifactId();
        return directory + "/" + artifact.getBaseVersion() + "/" + artifact.getArtifactId() + "-"
                + artifact.getVersion() + classifier + "." + artifact.getExtension();
    }

    private static String sha256(Path file) {
        MessageDigest digest = sha256();
        try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
            return String.format("%064x", new BigInteger(1, digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells the script that called Maven that Maven uses this resolver. */
    private static void touch(String mark) {
        try {
            Files.writeString(Path.of(mark), "verifies\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void record(String line) {
        try {
            Files.writeString(Path.of(record), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
