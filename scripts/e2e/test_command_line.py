"""The command line: what is wrong is said in one line, with what was meant; exit codes are 0, 1 and 2; JSON is JSON. The help of each command,
and what is wrong with options and configuration files, are tested in one process (WrongCommandLineTest); a few of each are here."""

import os
import re
import signal
import subprocess

import pytest
from harness.commands import split
from harness.machine import eventually
from harness.mesh import free_ports


@pytest.fixture
def case(case):
    """Its commands run in its directory."""
    case.tree = case.dir
    return case


def says(case, code, pattern, command, **options):
    """floe ends with that code and says one line, on the error stream, that matches."""
    result = case.floe(*split(command), **options)
    said = result.error_text
    assert result.code == code, said or result.text
    assert result.out == b""
    assert len(said.splitlines()) == 1, said
    assert re.search(pattern, said), said
    return said


def answers(case, *words, **options):
    """floe ends well and says nothing on the error stream."""
    result = case.floe(*words, **options).check()
    assert result.err == b""
    return result


def test_help(case):
    for command in ("", "mesh create"):
        assert f"Usage: floe {command}".rstrip() in answers(case, *command.split(), "--help").text
    assert re.search(r"^floe [0-9]+\.[0-9]+", answers(case, "--version").text)


@pytest.mark.parametrize(("pattern", "command"), [
    ("did you mean.* nodes", "node-s"),
    ("--slots.*5000", "node --slots 5000"),
])
def test_what_is_wrong(case, pattern, command):
    says(case, 2, pattern, command)


def test_places_that_cannot_be_used(case):
    case.write("file", "")
    node, here = case.mesh[1], case.dir
    keyless = f"--mesh-key {here}/none --config /dev/null"
    member = f"node --data-dir {here}/data --socket {here}/s1 --mesh-key {case.mesh[2].key} --config /dev/null"
    says(case, 1, f"{here}/file", f"node --data-dir {here}/file/below --socket {here}/s1 {keyless}")
    says(case, 1, f"{here}/file", f"node --data-dir {here}/data --socket {here}/file/below {keyless}")
    says(case, 1, "log", f"node --data-dir {here}/data --socket {here}/s1 {keyless} --job-log {here}/nowhere/log")
    says(case, 1, "data", f"node --data-dir {node.data} --socket {here}/s1 {keyless}")
    says(case, 1, f"another node listens on {node.socket}", f"node --data-dir {here}/data --socket {node.socket} {keyless}")
    says(case, 1, rf"127.0.0.1:{node.port + 1}.*--listen", f"{member} --listen {node.address}")
    says(case, 1, "203.0.113.7.*--listen", f"{member} --listen 203.0.113.7:7000")


def test_configuration_file(case):
    case.write("floe.conf", "# a comment\n\n  slots = 3 \nname=from-file\nno-multicast\n")
    assert re.search("name=lonely .*slots=3", case.start_node("--config", str(case.dir / "floe.conf")).text)


def test_configuration_file_that_is_wrong(case):
    case.write("floe.conf", b"\n#\ndatadir = /x\n")
    says(case, 2, "floe.conf:3: unknown key datadir.*did you mean data-dir", ["node", "--config", case.dir / "floe.conf"])


def test_configuration_file_that_is_none(case):
    says(case, 2, "nowhere.conf", ["node", "--config", case.dir / "nowhere.conf"])


def test_precedence(case):
    """The command line wins over the environment, and that over the file."""
    config = str(case.write("floe.conf", "slots = 3\nstore-size = 100\n"))
    node = case.start_node("--config", config, FLOE_SLOTS="4")
    assert "slots=4" in node.text
    node.end()
    assert "slots=5" in case.start_node("--config", config, "--slots", "5", directory="second", FLOE_SLOTS="4").text
    says(case, 2, "slots.*many", ["node", "--config", config], FLOE_SLOTS="many")


@pytest.mark.parametrize("command", ["nodes", "jobs", "builds", "trace x", "stats", "toolchain list", "toolchain verify", "toolchain create gcc"])
def test_no_node(case, command):
    says(case, 1, f"no node answers at {case.dir}/nowhere", f"{command} --socket {case.dir}/nowhere")


def test_no_node_at_the_variable(case):
    case.env["FLOE_SOCKET"] = f"{case.dir}/nowhere"
    says(case, 1, f"no node answers at {case.dir}/nowhere", "nodes")
    says(case, 1, "no node", "explain -- gcc -c x.c")


@pytest.fixture
def token(case):
    """Of a mesh whose key is in the file key."""
    return case.floe(f"mesh create try --mesh-key {case.dir}/key --seed 127.0.0.1:1234").check().lines[-1]


def test_tokens(case, token):
    key, other = case.dir / "key", case.dir / "other"
    assert key.stat().st_mode & 0o777 == 0o600
    says(case, 1, "--force", ["mesh", "create", "try", "--mesh-key", key])
    changed = "B" if token[40] == "A" else "A"
    said = says(case, 2, "token.*mistyped", ["mesh", "join", token[:40] + changed + token[41:], "--mesh-key", other])
    assert token.removeprefix("floe1-") not in said, "the message shows the secret"
    assert not other.exists()
    assert "invitation" in case.floe("mesh", "join", f"  {token} ", "--mesh-key", other).check().error_text
    assert other.read_bytes() == key.read_bytes()


def test_tokens_from_standard_input(case, token):
    other = case.dir / "other"
    case.floe("mesh", "join", "-", "--mesh-key", other, stdin=f"{token}\n".encode()).check()
    assert other.read_bytes() == (case.dir / "key").read_bytes()
    says(case, 2, "token", ["mesh", "join", "-", "--mesh-key", case.dir / "third"])
    assert answers(case, "mesh", "token", "--mesh-key", other).lines == [token]
    says(case, 2, "--seed", ["mesh", "create", "--mesh-key", case.dir / "third", "--seed", "host:port"])
    answers(case, "mesh", "leave", "--mesh-key", other)
    says(case, 1, "no mesh", ["mesh", "leave", "--mesh-key", other])
    says(case, 1, str(other), ["mesh", "token", "--mesh-key", other])


@pytest.mark.parametrize("content", [b"garbage\n", b"", bytes(range(256)) * 400], ids=["garbage", "empty", "long"])
def test_key_file_that_is_wrong(case, token, content):
    key = case.dir / "key"
    node = f"node --data-dir {case.dir}/data --socket {case.dir}/socket --config /dev/null --listen 127.0.0.1:1 --mesh-key {key}"
    key.write_bytes(content)
    says(case, 1, str(key), node)


def test_key_file_that_others_may_read(case, token):
    key = case.dir / "key"
    node = f"node --data-dir {case.dir}/data --socket {case.dir}/socket --config /dev/null --listen 127.0.0.1:1 --mesh-key {key}"
    key.chmod(0o644)
    says(case, 1, f"{key}.*chmod 600", node)
    says(case, 1, f"{key}.*chmod 600", ["mesh", "token", "--mesh-key", key])
    key.unlink()
    key.mkdir(mode=0o700)
    says(case, 1, str(key), node)


def test_a_node_that_is_alone_says_so(case):
    (case.dir / "node").mkdir(mode=0o700)
    case.floe(f"mesh create try --mesh-key {case.dir}/node/key --seed 127.0.0.1:1").check()
    node = case.start_node("--listen", f"127.0.0.1:{free_ports(2)}", "--no-multicast", key="key")
    said = eventually(lambda: re.search("warning:.*alone.*", answers(case, "nodes", "--socket", node.socket).text, re.DOTALL), "no warning")
    assert re.search(r"127.0.0.1:1\b", said.group())
    assert answers(case, "nodes", "--json", "--socket", node.socket).json()["alone"] is True


def test_nodes(case):
    text = answers(case, "nodes").text
    assert re.search(r"^node1 \*.*not executing: started with --no-execute", text, re.MULTILINE)
    assert re.search("^node2 ", text, re.MULTILINE)
    assert "warning" not in text.lower()
    listing = answers(case, "nodes", "--json").json()
    assert listing["self"] == "node1" and listing["alone"] is False
    nodes = {node["name"]: node for node in listing["nodes"]}
    assert set(nodes) == {node.name for node in case.mesh.nodes.values()}
    assert nodes["node2"]["executes"] and nodes["node2"]["slots"] == case.mesh.slots and nodes["node2"]["architecture"] and nodes["node2"]["version"]
    assert nodes["node1"]["why"]


def connections(path):
    listed = subprocess.run(["ss", "-xH", "state", "connected", "src", str(path)], capture_output=True, check=True)
    return len(listed.stdout.splitlines())


@pytest.mark.needs("ss")
def test_jobs(case):
    case.write("followed.c", "int x;\n")
    odd = 'say "quote" back\\slash é.c'
    case.write(odd, "int y;\n")
    before = connections(case.mesh[1].socket)
    follower = case.start([case.floe_path, "jobs", "--follow"])
    json_follower = case.start([case.floe_path, "jobs", "--follow", "--json"])
    eventually(lambda: connections(case.mesh[1].socket) >= before + 2, "nobody follows")
    for words in (["-c", "followed.c"], ["-c", odd], ["-E", "followed.c"]):
        case.compile(["gcc", *words], FLOE_NODE="node2").check()
    eventually(lambda: "gcc -E" in follower.text, lambda: f"followed: {follower.text}")
    eventually(lambda: '"-E"' in json_follower.text, lambda: f"followed: {json_follower.text}")
    assert re.search("^followed.c .*remote *node2", follower.text, re.MULTILINE)
    assert follower.err == b""
    own = [line for line in answers(case, "jobs", "--json").lines if f'"directory":"{case.dir}' in line]
    assert own == [line for line in json_follower.text.splitlines() if f'"directory":"{case.dir}' in line]
    first, second, question = sorted(case.await_records(3), key=lambda job: job["started"])
    assert first["decision"] == "remote" and first["node"] == "node2" and first["exit"] == 0 and first["steps"]["run"] > 0
    assert second["source"].endswith(odd)
    assert question["decision"] == "local" and question["reason"]
    assert re.search("^followed.c .*remote *node2", answers(case, "jobs").text, re.MULTILINE)
    answers(case, "stats")
    assert answers(case, "stats", "--json").json_lines()


def test_explain(case):
    case.write("x.c", "#include <stdio.h>\nint x;\n")
    said = case.floe("explain -- gcc -O2 -c x.c").check().text
    assert re.search("node[23]", said) and "remote" in said.lower()
    assert "local: link step" in case.floe("explain -- gcc x.o -o x").check().text
    assert "local" in case.floe("explain -- gcc -c nowhere.c").check().text.lower()
    case.floe("explain gcc -c x.c").check()
    assert not case.path("x.o").exists()
    assert not case.records(), "an explanation is recorded as a job"
    says(case, 127, "nonesuch", "explain -- nonesuch -c x.c")


def test_doctor(case):
    result = case.floe("doctor", "--socket", case.env["FLOE_SOCKET"])
    assert result.err == b""
    for part in (".*wrapper", ".*sandbox", ".*node: answers", ".*gcc"):
        assert re.search(f"^ok {part}", result.text, re.MULTILINE), result.text
    assert result.code == (1 if re.search("^problem", result.text, re.MULTILINE) else 0)
    result = case.floe("doctor", "--socket", case.dir / "nowhere")
    assert result.code == 1
    assert re.search("^problem .*no node answers.*floe node", result.text, re.MULTILINE)


def test_toolchain(case):
    created = answers(case, "toolchain", "create", "gcc").text
    assert re.match("[0-9a-f]{64}", created)
    assert created[:12] in answers(case, "toolchain", "list").text
    assert any(toolchain["id"] == created[:64] for toolchain in answers(case, "toolchain", "list", "--json").json_lines())
    answers(case, "toolchain", "verify")


def test_toolchain_that_is_removed(case):
    node = case.start_node()
    created = answers(case, "toolchain", "create", "gcc", "--socket", node.socket).text[:12]
    answers(case, "toolchain", "remove", created, "--socket", node.socket)
    assert created not in answers(case, "toolchain", "list", "--socket", node.socket).text
    says(case, 1, "no toolchain here", ["toolchain", "remove", created, "--socket", node.socket])


@pytest.mark.parametrize(("code", "pattern", "command"), [
    (1, "/nowhere/x.tar.gz", "toolchain import /nowhere/x.tar.gz"),
    (2, "at wants a plain path", "toolchain import --at ../clang x.tar.gz"),
    (1, "nonesuch", "toolchain create nonesuch"),
    (1, "nowhere", "toolchain create /nowhere/gcc"),
    (1, ".", "toolchain create /bin/true"),
])
def test_toolchain_that_is_none(case, code, pattern, command):
    says(case, code, pattern, command)


def test_output_that_nobody_reads(case):
    assert case.shell('"$FLOE" nodes | true').err == b""
    assert len(case.shell('"$FLOE" nodes >/dev/full').error_text.splitlines()) <= 1


def test_signals(case):
    node = case.start_node()
    node.signal(signal.SIGINT)
    node.signal(signal.SIGTERM)
    assert node.wait().code in (130, 143)
    assert not os.path.exists(node.socket)
    assert not re.search("WARN|ERROR|Exception", node.error_text)
