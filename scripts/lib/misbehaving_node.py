"""Listens on a Unix socket as a node does, and answers each wrapper with something that no node says.

  misbehaving_node.py SOCKET KIND

KIND is one of those below. Prints `ready` once it listens, and goes on until it is killed.
"""

import random
import socket
import struct
import sys
import time


def frame(kind, payload=b""):
    return struct.pack(">IB", len(payload), kind) + payload


def string(text):
    return struct.pack(">I", len(text)) + text


STAT, READ, RUN, OPEN, COMMIT, PRINT, EXIT, EXEC, CHUNK = 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x22
SCRATCH = string(b"odd.o") + struct.pack(">IB", 0o644, 0)

ANSWERS = {
    "nothing": [b""],
    "text": [b"HTTP/1.1 400 Bad Request\r\n\r\n"],
    "zeros": [b"\0" * 100_000],
    "half-a-header": [b"\0\0\0"],
    "half-a-frame": [struct.pack(">IB", 1000, PRINT) + b"\1never shown"],
    "frame-too-long": [struct.pack(">IB", 0xFFFFFFFF, PRINT) + b"x" * 1000],
    "unknown-frame": [frame(0x7F, b"?")],
    "unknown-flag": [frame(EXEC, b"\xff")],
    "code-too-large": [frame(PRINT, b"\1never shown"), frame(EXIT, struct.pack(">I", 256))],
    "list-too-long": [frame(STAT, struct.pack(">I", 0x7FFFFFFF))],
    "text-after-payload": [frame(READ, string(b"/dev/null") + b"more")],
    "print-nowhere": [frame(PRINT, b"\7never shown")],
    "file-then-gone": [frame(OPEN, SCRATCH), frame(CHUNK, b"half an object")],
    "file-then-garbage": [frame(OPEN, SCRATCH), frame(CHUNK, b"half an object"), frame(0x7F)],
    "chunk-without-file": [frame(CHUNK, b"half an object"), frame(0x7F)],
    "run-then-gone": [frame(RUN, string(b"/bin/sleep") + struct.pack(">I", 2) + string(b"sleep") + string(b"1000") + string(b"/") + struct.pack(">IQ", 0, 1000))],
    "print-then-gone": [frame(PRINT, b"\1never shown"), frame(PRINT, b"\2never shown")],
}


def answer(connection, kind):
    if kind == "silence":
        while connection.recv(1 << 16):
            pass  # until the wrapper goes away
    elif kind == "drip":
        for byte in b"\0\0\0\1\x16" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.01)
    elif kind.startswith("random"):
        source = random.Random(kind)
        for _ in range(20):
            connection.sendall(source.randbytes(source.randrange(1, 2000)))
    elif kind.startswith("frames"):
        source = random.Random(kind)
        for _ in range(50):
            connection.sendall(frame(source.choice([*range(0x10, 0x1A), CHUNK]), source.randbytes(source.randrange(40))))
    else:
        for part in ANSWERS[kind]:
            connection.sendall(part)
            time.sleep(0.02)


def main(path, kind):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        with connection:
            try:
                answer(connection, kind)
            except OSError:
                pass  # the wrapper had enough


if __name__ == "__main__":
    if sys.argv[1:] == ["kinds"]:
        print(*ANSWERS, "drip", *(f"random-{n}" for n in range(5)), *(f"frames-{n}" for n in range(10)), sep="\n")
    elif len(sys.argv) == 3:
        main(sys.argv[1], sys.argv[2])
    else:
        sys.exit(__doc__.strip())
