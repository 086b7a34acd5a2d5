"""Knocks at a port of a node as those do who are not of its mesh.

  unauthenticated_peer.py HOST PORT KIND

KIND is one of those below. Prints what came back: `closed` if the node hung up, `silence` if it did neither for 20 s, `answer` if it said something
after the handshake, `refused: WHY` if a TLS handshake failed.
"""

import random
import socket
import ssl
import sys

PATIENCE_SECONDS = 20


def end_of(connection):
    """What a node does in the end; what it may say of TLS before does not count."""
    try:
        while connection.recv(4096):
            pass
        return "closed"
    except TimeoutError:
        return "silence"
    except OSError as error:
        return f"closed ({error.strerror})"


def plain(connection, data):
    try:
        connection.sendall(data)
    except OSError:
        pass
    return end_of(connection)


def tls(connection, protocol, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    if protocol:
        context.set_alpn_protocols([protocol])
    try:
        secured = context.wrap_socket(connection)
        secured.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))
        # With TLS 1.3 the client believes that all is well before the server has asked for its certificate.
        return "answer" if secured.recv(1) else "closed"
    except TimeoutError:
        return "silence"
    except (ssl.SSLError, OSError) as error:
        return f"refused: {error}"


KINDS = {
    "hang-up": lambda c: "closed",
    "text": lambda c: plain(c, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    "noise": lambda c: plain(c, random.Random(7).randbytes(5000)),
    "zeros": lambda c: plain(c, bytes(5000)),
    "half-a-hello": lambda c: plain(c, bytes.fromhex("160301010001")),
    "http2": lambda c: plain(c, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)),
    "nothing": lambda c: end_of(c),
    "tls": lambda c: tls(c, None),
    "tls-http2": lambda c: tls(c, "h2"),
    "tls-floe": lambda c: tls(c, "floe/1"),
    "tls-group": lambda c: tls(c, "floe-group/1"),
    "tls-door": lambda c: tls(c, "floe-door/1"),
    "tls-old": lambda c: tls(c, "floe/1", ssl.TLSVersion.TLSv1_2),
}


def main(host, port, kind):
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as connection:
        print(KINDS[kind](connection))


if __name__ == "__main__":
    if sys.argv[1:] == ["kinds"]:
        print(*KINDS, sep="\n")
    elif len(sys.argv) == 4:
        main(*sys.argv[1:])
    else:
        sys.exit(__doc__.strip())
