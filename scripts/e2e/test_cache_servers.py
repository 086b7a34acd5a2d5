"""A node's cache for other tools: ccache, Bazel's and sccache's requests by HTTP, and ccache's storage helper protocol on a Unix socket."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import sys
import xml.etree.ElementTree

import pytest
from harness.case import Case
from harness.machine import eventually, need
from harness.mesh import free_ports

HELPER = pathlib.Path(__file__).resolve().parent.parent / "lib/storage_helper.py"
AS_SCCACHE = ["--user", "user:password"]


# Of the node `open`; small, so that a value that does not fit need not be large.
HEAP_MIB = 192


class Servers:
    """Three nodes without a mesh: `open`, one that takes values of 1 MiB, and one whose store holds 16 MiB."""

    def __init__(self, owner):
        self.port = free_ports(4)
        self.unused_port = self.port + 2
        self.http = f"http://127.0.0.1:{self.port}"
        self.small, self.tight = f"http://127.0.0.1:{self.port + 1}", f"http://127.0.0.1:{self.port + 3}"
        self.socket = owner.dir / "open/cache.sock"
        self.open = self.start(owner, "open", "--cache-http", f"127.0.0.1:{self.port}", "--cache-socket", self.socket, FLOE_JAVA_OPTS=f"-Xmx{HEAP_MIB}m")
        self.start(owner, "small", "--cache-http", f"127.0.0.1:{self.port + 1}", "--cache-value-size", "1")
        self.start(owner, "tight", "--cache-http", f"127.0.0.1:{self.port + 3}", "--store-size", "16")

    @staticmethod
    def start(owner, name, *options, **environment):
        return owner.start_node(*options, name=name, directory=name, FLOE_CACHE="both", **environment)

    @property
    def incoming(self):
        return self.open.dir / "data/incoming"

    def expect_nothing_arriving(self):
        eventually(lambda: not os.listdir(self.incoming), lambda: f"left: {os.listdir(self.incoming)}")


@pytest.fixture(scope="module")
def servers(work, install):
    owner = Case("cache_servers/nodes", work / "cache_servers/nodes", work, install, None)
    with owner.cleanup:
        yield Servers(owner)


class Client:
    """A case that speaks to these nodes under names of its own; it works in its tree."""

    def __init__(self, case, servers):
        self.case, self.servers = case, servers
        self.url = f"{servers.http}/{case.dir.name}"

    def path(self, name):
        return self.case.path(name)

    def write(self, name, content):
        return self.case.write(name, content)

    def curl(self, *words, stdin=None):
        """The status; the body is in the file body."""
        command = ["curl", "--silent", "--output", "body", "--write-out", "%{http_code}", *words]
        return int(self.case.run(command, stdin=stdin).check().text)

    def expect(self, status, *words, stdin=None):
        found = self.curl(*words, stdin=stdin)
        assert found == status, f"status {found} instead of {status}: {words}: {self.body()[:200]}"

    def body(self):
        return self.path("body").read_bytes() if self.path("body").exists() else b""

    def expect_value(self, value, *words):
        self.expect(200, *words)
        assert self.body() == value, "another value"

    def helper(self, *words):
        return self.case.run([sys.executable, HELPER, self.servers.socket, *words])

    def says(self, expected, *words):
        result = self.helper(*words)
        assert (result.text + result.error_text).split("\n")[:-1] == expected, words


@pytest.fixture
def client(alone, servers):
    return Client(alone, servers)


SUM = """#include <stdio.h>
int sum(const int *numbers, int count)
{
    int all = 0;
    for (int i = 0; i < count; ++i)
        all += numbers[i];
    printf("%d\\n", all);
    return all;
}
"""


class Ccache:
    """Compiles sum.c with ccache; the files of each of its caches are in a directory of this name."""

    def __init__(self, client):
        need("ccache")
        self.case, self.url = client.case, client.url
        self.case.env["CCACHE_CONFIGPATH"] = "/dev/null"
        client.write("sum.c", SUM)

    def through(self, cache, **settings):
        self.case.path("sum.o").unlink(missing_ok=True)
        variables = {f"CCACHE_{name}": value for name, value in settings.items()}
        self.case.run("ccache gcc -g -O1 -c sum.c", CCACHE_DIR=self.case.dir / cache, CCACHE_LOGFILE=self.case.dir / f"{cache}.log", **variables).check()

    def log(self, cache):
        return (self.case.dir / f"{cache}.log").read_text()

    def counters(self, cache):
        lines = self.case.run("ccache --print-stats", CCACHE_DIR=self.case.dir / cache).check().lines
        return {name: int(value) for name, value in (line.split("\t") for line in lines)}

    def expect(self, cache, **counts):
        counters = self.counters(cache)
        assert {name: counters[name] for name in counts} == counts, self.log(cache)[-1000:]

    def expect_no_remote_error(self, cache):
        self.expect(cache, remote_storage_error=0, remote_storage_timeout=0)

    def expect_shared(self, storage):
        """What one machine's ccache has compiled another's finds, and it is what the compiler makes."""
        self.case.run("gcc -g -O1 -c sum.c -o ../plain.o").check()
        self.through("first", REMOTE_STORAGE=storage)
        self.expect("first", cache_miss=1)
        self.expect_no_remote_error("first")
        assert self.counters("first")["remote_storage_write"] > 0, self.log("first")[-1000:]
        self.through("second", REMOTE_STORAGE=storage)
        self.expect("second", cache_miss=0, direct_cache_hit=1, local_storage_hit=0)
        self.expect_no_remote_error("second")
        assert self.case.path("sum.o").read_bytes() == (self.case.dir / "plain.o").read_bytes()


@pytest.fixture
def ccache(client):
    return Ccache(client)


@pytest.mark.parametrize("layout", ["", "|layout=flat", "|layout=bazel"], ids=["subdirs", "flat", "bazel"])
def test_ccache(ccache, layout):
    ccache.expect_shared(f"{ccache.url}{layout}")


def test_ccache_layouts_have_the_paths_of_the_manual(client, ccache):
    keys = {}
    for layout in ("bazel", "flat", "subdirs"):
        ccache.through(layout, REMOTE_STORAGE=f"{client.url}|layout={layout}")
        keys[layout] = re.findall(" Stored ([0-9a-z]*) in http", ccache.log(layout))
        assert len(keys[layout]) == 2, ccache.log(layout)[-1000:]
    for key in keys["flat"]:
        client.expect(200, f"{client.url}/{key}")
    for key in keys["subdirs"]:
        client.expect(200, f"{client.url}/{key[:2]}/{key[2:]}")
    digests = re.findall(" to Bazel layout ac/([0-9a-f]*)$", ccache.log("bazel"), re.MULTILINE)
    assert digests
    for digest in digests:
        assert len(digest) == 64
        client.expect(200, f"{client.url}/ac/{digest}")


def test_ccache_remote_only(ccache):
    if "remote_only" not in ccache.case.run("ccache --show-config").check().text:
        pytest.skip("this ccache has no remote_only")
    for _ in range(2):
        ccache.through("only", REMOTE_STORAGE=ccache.url, REMOTE_ONLY="1")
    ccache.expect("only", cache_miss=1, direct_cache_hit=1)
    assert ccache.counters("only")["remote_storage_hit"] > 0
    ccache.expect_no_remote_error("only")


def test_ccache_reshare(ccache):
    ccache.through("first")
    ccache.through("first", REMOTE_STORAGE=ccache.url, RESHARE="1")
    ccache.expect("first", local_storage_hit=1)
    ccache.through("second", REMOTE_STORAGE=ccache.url)
    ccache.expect("second", direct_cache_hit=1)
    ccache.expect_no_remote_error("second")


def test_ccache_replaces_what_it_recaches(ccache):
    ccache.through("first", REMOTE_STORAGE=ccache.url)
    ccache.through("first", REMOTE_STORAGE=ccache.url, RECACHE="1")
    ccache.through("second", REMOTE_STORAGE=ccache.url)
    ccache.expect("second", direct_cache_hit=1)
    ccache.expect_no_remote_error("first")


def test_ccache_without_the_node(client, ccache):
    ccache.through("alone", REMOTE_STORAGE=f"http://127.0.0.1:{client.servers.unused_port}")
    assert client.path("sum.o").stat().st_size > 0


def test_ccache_by_storage_helper(client, ccache):
    version = re.match(r"ccache version (\d+)\.(\d+)", client.case.run("ccache --version").check().text)
    if (int(version[1]), int(version[2])) < (4, 13):
        pytest.skip(f"{version[0]} knows no crsh:, 4.13 does")
    ccache.expect_shared(f"crsh:{client.servers.socket}")


def test_storage_helper_protocol(client):
    key = "000102030405060708090a0b0c0d0e0f10111213"
    large = os.urandom(3_000_000)
    client.write("large", large)
    client.write("small", "small\n")
    client.says(["no"], "exists", key)
    client.says(["miss"], "get", key, "found")
    client.says(["stored", "hit", "yes", "not-stored"], "put", key, "large", "get", key, "found", "exists", key, "put-new", key, "small")
    assert client.path("found").read_bytes() == large
    client.says(["stored", "hit"], "put", key, "small", "get", key, "found")
    assert client.path("found").read_bytes() == b"small\n", "it is not replaced"
    client.says(["removed", "absent", "miss"], "remove", key, "remove", key, "get", key, "found")
    client.says(["Floe"], "info")
    client.says(["stopped"], "stop")
    client.says(["no"], "exists", key)


def test_storage_helper_garbage(client):
    client.says([f"refused: a value has at most {2 << 30} bytes here"], "put-endless", "00")
    for said in ("ff", "05", "0003", "0114", "01010001ffff", os.urandom(3000).hex()):
        client.helper("raw", said)
    client.says(["no"], "exists", "00")
    client.servers.expect_nothing_arriving()


def digest_of(content):
    return hashlib.sha256(content).hexdigest()


def test_bazel_content(client):
    blob = os.urandom(500_000)
    digest = digest_of(blob)
    client.write("blob", blob)
    client.expect(404, f"{client.url}/cas/{digest}")
    client.expect(201, "--upload-file", "blob", f"{client.url}/cas/{digest}")
    client.expect_value(blob, f"{client.url}/cas/{digest}")
    client.expect(200, "--head", f"{client.url}/cas/{digest}")


def test_bazel_content_without_an_instance_in_chunks(client):
    """As Bazel sends what it does not know the length of."""
    blob = os.urandom(500_000)
    digest = digest_of(blob)
    client.expect(201, "--upload-file", "-", "--header", "Transfer-Encoding: chunked", f"{client.servers.http}/cas/{digest}", stdin=blob)
    client.expect_value(blob, f"{client.servers.http}/cas/{digest}")


def test_bazel_content_of_another_name(client):
    blob = os.urandom(500_000)
    digest = digest_of(blob)
    client.write("blob", blob)
    client.write("wrong", "wrong\n")
    client.expect(201, "--upload-file", "blob", f"{client.url}/cas/{digest}")
    other = re.sub("[0-9]", "a", digest, count=1)
    client.expect(400, "--upload-file", "wrong", f"{client.url}/cas/{other}")
    client.expect(404, f"{client.url}/cas/{other}")
    client.expect(400, "--upload-file", "wrong", f"{client.url}/cas/{digest}")
    client.expect_value(blob, f"{client.url}/cas/{digest}")


def test_bazel_action_result(client):
    digest = digest_of(os.urandom(100))
    client.write("wrong", "wrong\n")
    client.expect(404, f"{client.url}/ac/{digest}")
    client.expect(201, "--upload-file", "wrong", f"{client.url}/ac/{digest}")
    client.expect_value(b"wrong\n", f"{client.url}/ac/{digest}")


@pytest.fixture
def sccache(client):
    """The variables of an sccache that has its values in the node."""
    program = shutil.which("sccache")
    if program is None:
        pytest.skip("there is no sccache here; its requests are those of the next case")
    if b"SCCACHE_WEBDAV_ENDPOINT" not in pathlib.Path(program).read_bytes():
        pytest.skip("this sccache is built without WebDAV; its requests are those of the next case")
    return {"SCCACHE_WEBDAV_ENDPOINT": client.servers.http, "SCCACHE_WEBDAV_KEY_PREFIX": client.case.dir.name,
            "SCCACHE_SERVER_PORT": str(client.servers.unused_port), "SCCACHE_DIR": client.case.dir / "own"}


def test_sccache(client, sccache):
    client.write("sum.c", SUM)
    client.case.run("gcc -g -O1 -c sum.c -o ../plain.o").check()
    for _ in range(2):
        client.case.run("sccache --start-server", **sccache).check()
        client.case.cleanup.callback(client.case.run, "sccache --stop-server", **sccache)
        client.case.run("sccache gcc -g -O1 -c sum.c", **sccache).check()
        assert client.path("sum.o").read_bytes() == (client.case.dir / "plain.o").read_bytes()
        stats = client.case.run("sccache --show-stats --stats-format=json", **sccache).check().text
        client.case.run("sccache --stop-server", **sccache)
    assert sum(json.loads(stats)["stats"]["cache_hits"]["counts"].values()) == 1


def test_sccache_start(client):
    """What sccache does at its start: it reads and writes a file of its own."""
    check = f"{client.url}/.sccache_check"
    client.expect(404, *AS_SCCACHE, check)
    client.write("hello", "Hello, World!")
    client.expect(207, *AS_SCCACHE, "--request", "PROPFIND", "--header", "Depth: 0", f"{client.url}/")
    client.expect(201, *AS_SCCACHE, "--upload-file", "hello", check)
    client.expect_value(b"Hello, World!", *AS_SCCACHE, check)


def test_sccache_requests(client):
    """What it does then: it looks for collections and makes them before each value."""
    entry, name = os.urandom(100_000), "a/b/c/abcdef0123456789"
    value = f"{client.url}/{name}"
    client.write("entry", entry)
    client.expect(404, *AS_SCCACHE, value)
    client.expect(201, *AS_SCCACHE, "--request", "MKCOL", f"{client.url}/a/")
    client.expect(201, *AS_SCCACHE, "--request", "MKCOL", f"{client.url}/a/b/")
    client.expect(207, *AS_SCCACHE, "--request", "PROPFIND", "--header", "Depth: 0", f"{client.url}/a/b/c/")
    client.expect(201, *AS_SCCACHE, "--upload-file", "entry", value)
    client.expect(207, *AS_SCCACHE, "--request", "PROPFIND", "--header", "Depth: 0", value)
    response = xml.etree.ElementTree.fromstring(client.body()).find("{DAV:}response")
    assert response.findtext("{DAV:}href") == f"/{client.case.dir.name}/{name}"
    properties = response.find("{DAV:}propstat/{DAV:}prop")
    assert properties.findtext("{DAV:}getcontentlength") == "100000"
    assert properties.find("{DAV:}resourcetype/{DAV:}collection") is None
    client.expect_value(entry, *AS_SCCACHE, value)
    client.expect(204, *AS_SCCACHE, "--request", "DELETE", value)
    client.expect(404, *AS_SCCACHE, value)
    client.expect(404, *AS_SCCACHE, "--request", "DELETE", value)


def test_a_value_larger_than_the_heap_would_like(client):
    client.case.shell(f"head -c {HEAP_MIB + 64}M /dev/zero | tr '\\0' f >large").check()
    client.expect(201, "--upload-file", "large", f"{client.url}/large")
    client.expect(200, f"{client.url}/large")
    client.case.run("cmp large body").check()
    client.says(["no"], "exists", "01")
    client.servers.expect_nothing_arriving()
    client.path("large").unlink()
    client.path("body").unlink()


def expect_too_large(client, url, large):
    """In each way to announce or not to announce how large it is."""
    client.write("large", large)
    client.expect(413, "--upload-file", "large", url)
    client.expect(413, "--header", "Expect:", "--upload-file", "large", url)
    client.expect(413, "--header", "Expect: 100-continue", "--upload-file", "large", url)
    client.expect(413, "--upload-file", "-", "--header", "Transfer-Encoding: chunked", url, stdin=large)
    client.expect(404, url)


def test_a_value_that_is_too_large(client):
    expect_too_large(client, f"{client.servers.small}/x", bytes(2_000_000))
    client.write("fits", bytes(1_000_000))
    client.expect(201, "--upload-file", "fits", f"{client.servers.small}/x")


def test_a_value_that_is_larger_than_the_store(client):
    """The store of this node holds less than its --cache-value-size allows."""
    large = bytes(30_000_000)
    expect_too_large(client, f"{client.servers.tight}/x", large)
    client.expect(413, "--header", "If-None-Match: *", "--upload-file", "large", f"{client.servers.tight}/cas/{digest_of(large)}")


def test_what_clients_expect_of_http(client):
    client.write("value", "value\n")
    client.expect(200, f"{client.url}/cas/{digest_of(b'')}")
    client.expect(201, "--header", "If-None-Match: *", "--upload-file", "value", f"{client.url}/once")
    client.expect(412, "--header", "If-None-Match: *", "--upload-file", "value", f"{client.url}/once")
    client.expect(501, "--header", "Transfer-Encoding: gzip, chunked", "--upload-file", "-", f"{client.url}/coded", stdin=b"value\n")
    client.expect(404, f"{client.url}/coded")


def test_a_client_that_takes_the_node_for_a_proxy(client):
    client.write("value", "value\n")
    client.expect(201, "--upload-file", "value", f"{client.url}/once")
    client.expect_value(b"value\n", "--proxy", client.servers.http, f"http://localhost/{client.case.dir.name}/once")
    client.expect(403, "--proxy", client.servers.http, f"http://example.org/{client.case.dir.name}/once")


def test_an_upload_that_breaks_off(client):
    with socket.create_connection(("127.0.0.1", client.servers.port)) as connection:
        connection.sendall(f"PUT /{client.case.dir.name}/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf".encode())
    client.servers.expect_nothing_arriving()
    client.expect(404, f"{client.url}/half")


def test_web_pages_have_no_access(client):
    port, evil = client.servers.port, ["--header", "Origin: http://evil.example"]
    client.write("value", "value\n")
    client.expect(403, *evil, f"{client.url}/x")
    client.expect(403, *evil, "--upload-file", "value", f"{client.url}/x")
    client.expect(403, "--header", "Host: evil.example", f"{client.url}/x")
    client.expect(403, "--resolve", f"evil.example:{port}:127.0.0.1", f"http://evil.example:{port}/x")
    client.expect(403, "--request", "OPTIONS", *evil, "--header", "Access-Control-Request-Method: PUT", f"{client.url}/x")
    assert b"access-control" not in client.body().lower(), "a page is let in"
    client.expect(404, "--resolve", f"localhost:{port}:127.0.0.1", f"http://localhost:{port}/{client.case.dir.name}/x")


def transfers(client, name, lines):
    """A hundred of them, thirty at a time; @ in the lines is the number of each."""
    client.write(name, "".join(lines.replace("@", str(number)) for number in range(100)))
    client.case.run(["curl", "--silent", "--show-error", "--fail", "--parallel", "--parallel-max", "30", "--config", name]).check()


def test_many_at_once(client):
    value = os.urandom(200_000)
    client.write("value", value)
    transfers(client, "uploads", f"upload-file = value\nurl = {client.url}/@\noutput = /dev/null\n")
    transfers(client, "downloads", f"url = {client.url}/@\noutput = got.@\n")
    for number in range(100):
        assert client.path(f"got.{number}").read_bytes() == value, number


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.needs("ss")
def test_only_the_loopback_and_the_owner(client):
    assert mode(client.servers.socket) == 0o600
    assert mode(client.servers.incoming) == 0o700
    listeners = client.case.run(["ss", "-Hlnt", f"sport = :{client.servers.port}"]).check().lines
    assert len(listeners) == 1 and re.search(r"127\.0\.0\.1\]?:", listeners[0]), listeners


@pytest.mark.root
def test_another_user_is_refused_at_the_socket(client):
    client.servers.open.dir.chmod(0o755)
    client.servers.socket.chmod(0o666)  # so that not only the mode keeps others out
    client.case.cleanup.callback(client.servers.open.dir.chmod, 0o700)
    client.case.cleanup.callback(client.servers.socket.chmod, 0o600)
    shutil.copy(HELPER, client.path("helper.py"))
    as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    client.case.run([*as_nobody, "test", "-w", client.servers.socket]).check()
    result = client.case.run([*as_nobody, "python3", "helper.py", client.servers.socket, "info"])
    assert result.code != 0, "it was served"
    assert "Floe" not in result.text + result.error_text


REFUSED = {
    "any_interface": ("loopback", "--cache-http", "0.0.0.0:{unused}"),
    "another_interface": ("loopback", "--cache-http", "192.0.2.1:{unused}"),
    "no_such_host": ("loopback", "--cache-http", "no-such-host.invalid:{unused}"),
    "taken_port": ("cache-http", "--cache-http", "127.0.0.1:{port}"),
    "no_address": ("cache-http", "--cache-http", "not an address"),
    "taken_socket": ("cache-socket", "--cache-socket", "{socket}"),
    "a_file": ("is no socket", "--cache-socket", "{dir}/file"),
    "no_size": ("cache-value-size", "--cache-value-size", "0"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_addresses_that_are_refused(client, kind):
    case, servers = client.case, client.servers
    (case.dir / "file").touch()
    why, option, value = REFUSED[kind]
    value = value.format(unused=servers.unused_port, port=servers.port, socket=servers.socket, dir=case.dir)
    node = case.start([case.floe_path, "node", "--name", "refused", "--data-dir", case.dir / "data", "--socket", case.dir / "node.sock",
                       "--mesh-key", case.dir / "none", "--config", "/dev/null", option, value])
    eventually(lambda: not node.runs(), "it has started")
    assert node.wait().code != 0
    assert why in node.error_text
    assert not re.search("^\tat ", node.error_text, re.MULTILINE)


def test_the_node_has_no_errors_in_its_log(servers):
    assert not re.findall("^.*(?:Exception|ERROR|WARN).*$", servers.open.error_text, re.MULTILINE)
