package dev.floe.node.rpc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;

import dev.floe.node.rpc.stream.PeerStream;

/** An exchange whose input is known beforehand and whose output is kept. */
public class Recorded implements PeerStream {
    private final InputStream input;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    public Recorded(byte[] input) {
        this.input = new ByteArrayInputStream(input);
    }

    public byte[] written() {
        return output.toByteArray();
    }

    @Override
    public String peer() {
        return "recorded";
    }

    @Override
    public String path() {
        return "/";
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void onClosed(Runnable action) {}

    @Override
    public void close() {}
}
