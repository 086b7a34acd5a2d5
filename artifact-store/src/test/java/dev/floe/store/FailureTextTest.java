package dev.floe.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.cert.CertificateException;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureTextTest {
    static Map<Throwable, String> failures() {
        return Map.ofEntries(Map.entry(new NoSuchFileException("/a"), "/a: it does not exist"),
                Map.entry(new AccessDeniedException("/a"), "/a: permission denied"),
                Map.entry(new AccessDeniedException("/a", "/b", null), "/a to /b: permission denied"),
                Map.entry(new FileAlreadyExistsException("/a"), "/a: it exists already"),
                Map.entry(new DirectoryNotEmptyException("/a"), "/a: the directory is not empty"),
                Map.entry(new NotDirectoryException("/a"), "/a: it is not a directory"),
                Map.entry(new FileSystemLoopException("/a"), "/a: its links lead in a circle"),
                Map.entry(new FileSystemException("/a", null, "No space left on device"),
                        "/a: No space left on device"),
                Map.entry(new FileSystemException("/a"), "/a: it cannot be used"),
                Map.entry(new FileSystemException(null), "it cannot be used"),
                Map.entry(new FileNotFoundException("/a (Permission denied)"), "/a (Permission denied)"),
                Map.entry(new UnknownHostException("nowhere"), "no address is known for the host nowhere"),
                Map.entry(new ConnectException("Connection refused"), "Connection refused"),
                Map.entry(new MalformedInputException(3), "it is not UTF-8"),
                Map.entry(new ClosedChannelException(), "the connection is closed"),
                Map.entry(new AsynchronousCloseException(), "the connection is closed"),
                Map.entry(new EOFException(), "it ends too early"),
                Map.entry(new SocketTimeoutException(), "no answer in time"),
                Map.entry(new TimeoutException(), "it took too long"),
                Map.entry(new CancellationException(), "it was given up"),
                Map.entry(new IOException(), "reading or writing failed"),
                Map.entry(new NoSuchElementException(), "an internal error"),
                Map.entry(new NullPointerException(), "an internal error"),
                Map.entry(new StackOverflowError(), "an internal error"),
                Map.entry(new IOException("as it is"), "as it is"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"General OpenSslEngine problem", "Unexpected exception"})
    void saysWhyAHandshakeHasFailed(String unspecific) {
        Throwable failure = new SSLHandshakeException(unspecific);
        failure.initCause(new CertificateException("the certificate has expired"));
        assertThat(FailureText.of(failure)).isEqualTo("the certificate has expired");
        assertThat(FailureText.of(new IOException(failure))).isEqualTo("the certificate has expired");
    }

    @ParameterizedTest
    @MethodSource("entries")
    void saysWhatAFailureIsAbout(Map.Entry<Throwable, String> failure) {
        assertThat(FailureText.of(failure.getKey())).isEqualTo(failure.getValue());
    }

    static Iterable<Map.Entry<Throwable, String>> entries() {
        return failures().entrySet();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void looksThroughWhatOnlyWraps(Map.Entry<Throwable, String> failure) {
        Throwable inner = failure.getKey();
        assertThat(FailureText.of(new ExecutionException(inner))).isEqualTo(failure.getValue());
        assertThat(FailureText.of(new CompletionException("again", inner))).isEqualTo(failure.getValue());
        assertThat(FailureText.of(new IOException(inner))).isEqualTo(failure.getValue());
        assertThat(FailureText.of(new IllegalStateException(new IOException(null, inner))))
                .isEqualTo(failure.getValue());
        if (inner instanceof IOException cause) {
            assertThat(FailureText.of(new UncheckedIOException("again", cause))).isEqualTo(failure.getValue());
        }
    }

    @Test
    void namesNoClassWithinAText() {
        assertThat(FailureText.of(new IOException(
                "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: no path")))
                .isEqualTo("PKIX path building failed: no path");
        assertThat(FailureText.of(new IOException("java.nio.file.AccessDeniedException: /a"))).isEqualTo("/a");
        assertThat(FailureText.of(new IOException("java.util.concurrent.TimeoutException")))
                .isEqualTo("reading or writing failed");
        assertThat(FailureText.of(new IOException("a.b.C$InnerException: x, then io.netty.channel.OtherError")))
                .isEqualTo("x, then");
    }

    @Test
    void keepsNamesOfFiles() {
        assertThat(FailureText.of(new IOException("/src/com.example/MyException.java is missing")))
                .isEqualTo("/src/com.example/MyException.java is missing");
    }

    @Test
    void endsForCausesThatLeadInACircle() {
        IOException one = new IOException();
        IOException other = new IOException(null, one);
        one.initCause(other);
        assertThat(FailureText.of(one)).isEqualTo("reading or writing failed");
    }
}
