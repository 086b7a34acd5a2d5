"""Speaks ccache's storage helper protocol, version 1, as ccache does to `crsh:SOCKET`.

  storage_helper.py SOCKET COMMAND [ARGUMENT...]...

Several commands go over one connection, one after the other. Each prints a line.

  get KEY FILE            hit (the value is in FILE) or miss
  put KEY FILE            stored or not-stored; what is there is replaced
  put-new KEY FILE        the same, but what is there stays
  remove KEY              removed or absent
  exists KEY              yes or no
  info                    the server's name
  stop                    stopped, once the server has closed the connection
  put-endless KEY         announces a value of 2^64-1 bytes
  raw HEX                 these bytes, and then what comes until the server closes the connection, in hex

KEY is in hex. A refusal prints `refused: WHY`.
"""

import socket
import struct
import sys


class Helper:
    def __init__(self, path):
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.connection.connect(path)
        self.stream = self.connection.makefile("rwb")
        version, count = self.take(2)
        capabilities = set(self.take(count))
        if version != 1 or not {0, 1, 2} <= capabilities:
            sys.exit(f"version {version}, capabilities {capabilities}")

    def take(self, count):
        data = self.stream.read(count)
        if len(data) != count:
            sys.exit("the server has closed the connection")
        return data

    def message(self):
        return self.take(self.take(1)[0]).decode()

    def ask(self, request, *answers):
        self.stream.write(request)
        self.stream.flush()
        status = self.take(1)[0]
        return f"refused: {self.message()}" if status == 2 else answers[status]

    def get(self, key, file):
        answer = self.ask(b"\0" + named(key), "hit", "miss")
        if answer == "hit":
            with open(file, "wb") as out:
                out.write(self.take(struct.unpack("=Q", self.take(8))[0]))
        return answer

    def store(self, key, file, flags):
        with open(file, "rb") as source:
            value = source.read()
        return self.ask(b"\1" + named(key) + flags + struct.pack("=Q", len(value)) + value, "stored", "not-stored")

    def put(self, key, file):
        return self.store(key, file, b"\1")

    def put_new(self, key, file):
        return self.store(key, file, b"\0")

    def put_endless(self, key):
        return self.ask(b"\1" + named(key) + b"\1" + b"\xff" * 8 + b"some", "stored", "not-stored")

    def remove(self, key):
        return self.ask(b"\2" + named(key), "removed", "absent")

    def exists(self, key):
        answer = self.ask(b"\5" + named(key), "")
        return answer or ("yes" if self.take(1)[0] else "no")

    def info(self):
        self.stream.write(b"\4")
        self.stream.flush()
        name = self.message()
        for _ in range(self.take(1)[0]):
            name += "; " + self.message()
        return name

    def stop(self):
        answer = self.ask(b"\3", "stopped")
        return answer if self.stream.read() == b"" else "not closed"

    def raw(self, data):
        self.stream.write(bytes.fromhex(data))
        self.stream.flush()
        self.connection.shutdown(socket.SHUT_WR)
        return self.stream.read().hex()


def named(key):
    key = bytes.fromhex(key)
    return bytes([len(key)]) + key


ARGUMENTS = {"get": 2, "put": 2, "put-new": 2, "remove": 1, "exists": 1, "info": 0, "stop": 0, "put-endless": 1, "raw": 1}


def main(path, words):
    helper = Helper(path)
    while words:
        command, words = words[0], words[1:]
        count = ARGUMENTS[command]
        print(getattr(helper, command.replace("-", "_"))(*words[:count]))
        words = words[count:]


main(sys.argv[1], sys.argv[2:])
