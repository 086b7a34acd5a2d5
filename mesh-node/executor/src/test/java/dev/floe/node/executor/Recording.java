package dev.floe.node.executor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

import dev.floe.node.rpc.stream.PeerStream;

/** An exchange that keeps what is sent. */
final class Recording implements PeerStream {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    byte[] bytes() {
        return sent.toByteArray();
    }

    @Override
    public String peer() {
        return "nobody";
    }

    @Override
    public String path() {
        return "/job";
    }

    @Override
    public InputStream input() {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public OutputStream output() {
        return sent;
    }

    @Override
    public void onClosed(Runnable action) {}

    @Override
    public void close() {}
}
