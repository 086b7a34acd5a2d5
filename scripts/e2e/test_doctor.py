"""`floe doctor --fix` closes a key, `floe reload` changes a running node, `floe setup` makes a member, and the manual pages and completions are sound.
What doctor finds is in `doctor_mistakes`."""

import os
import re
import signal
import subprocess

import pytest
from harness.machine import eventually, is_root
from harness.mesh import free_ports

pytestmark = pytest.mark.slow


def environment(case):
    """A home without anything, which is not root's: its places are the system's."""
    home = case.dir / "home"
    (home / "config").mkdir(parents=True, exist_ok=True)
    somebody = "-Duser.name=somebody" if is_root() else None
    return {"XDG_CONFIG_HOME": home / "config", "XDG_DATA_HOME": home / "data", "XDG_RUNTIME_DIR": home, "FLOE_SOCKET": None, "FLOE_JAVA_OPTS": somebody}


def problems(case, **changes):
    result = case.floe("doctor --json", **{**environment(case), **changes})
    return {finding["topic"]: finding["text"] for finding in result.json_lines()[:-1] if finding["topic"]}


def test_a_key_that_is_open_is_closed_by_fix(case):
    places = environment(case)
    key = places["XDG_CONFIG_HOME"] / "floe/mesh.key"
    case.floe("mesh", "create", "try", "--mesh-key", key).check()
    key.chmod(0o644)
    assert "chmod 600" in problems(case)["mesh-key"]
    result = case.floe("doctor --fix", **places)
    assert "not done: close" in result.text and result.code == 1
    assert key.stat().st_mode & 0o777 == 0o644
    result = case.floe("doctor --fix --yes", **places)
    assert "done: close" in result.text
    assert key.stat().st_mode & 0o777 == 0o600


def await_listed(case, node, name, slots):
    """A node tells the mesh of its name and slots soon after it has them."""
    def shown():
        return [(each["name"], each["slots"]) for each in case.floe("nodes", "--json", "--socket", node.socket).json()["nodes"]]

    eventually(lambda: shown() == [(name, slots)], lambda: f"listed: {shown()}")


def test_restart_and_stop(case):
    """The new node has the options of the one before; a node that is gone is said to be."""
    node = case.start_node("--slots", "3", name="first")
    socket = ["--socket", node.socket]
    case.cleanup.callback(lambda: case.floe("stop", *socket))
    said = case.floe("restart", *socket).check().text
    assert "restarted: the node at" in said and "node.log" in said
    node.process.wait()
    await_listed(case, node, "first", 3)
    assert "stopped: the node at" in case.floe("stop", *socket).check().text
    result = case.floe("stop", *socket)
    assert result.code == 1 and "no node answers" in result.error_text


def test_reload(case):
    config = case.write("floe.conf", "name = first\nslots = 3\n")
    node = case.start_node("--config", str(config), name=None)
    reload = ["reload", "--socket", node.socket]
    assert case.floe(*reload).check().lines == ["nothing has changed"]
    case.write("floe.conf", "name = other\nslots = 5\nstore-size = 200\nno-multicast\n")
    assert case.floe(*reload).check().lines == [
        "name: first -> other",
        "multicast: true -> false (needs a restart of the node)",
        "slots: 3 -> 5",
        "store-size: 10240 MiB -> 200 MiB",
    ]
    await_listed(case, node, "other", 5)
    case.write("floe.conf", "name = other\nslots = many\n")
    result = case.floe(*reload)
    assert result.code == 1 and "slots" in result.error_text and "nothing is changed" in result.error_text
    case.write("floe.conf", "name = third\nslots = 7\n")
    node.signal(signal.SIGHUP)
    await_listed(case, node, "third", 7)


def test_setup(case):
    places = environment(case)
    words = ["setup", "--user", "--no-share", "--no-start"]
    first = case.floe(*words, "--new", "home", **places)
    token = re.search("^floe1-.*", first.text, re.MULTILINE).group()
    config, key = places["XDG_CONFIG_HOME"] / "floe/floe.conf", places["XDG_CONFIG_HOME"] / "floe/mesh.key"
    assert config.read_text() == "no-execute\n" and key.stat().st_mode & 0o777 == 0o600
    made = key.read_bytes()
    again = case.floe(*words, "--new", "other", **places)
    assert "its key is kept" in again.text and "written" not in again.text and key.read_bytes() == made
    other = case.floe("mesh", "create", "second", "--mesh-key", case.dir / "second").check().lines[-1]
    refused = case.floe(*words, "--join", other, **places)
    assert refused.code == 1 and "--force" in refused.error_text and key.read_bytes() == made
    case.floe("setup", "--user", "--share", "--no-start", "--force", "--join", "-", stdin=f"{other}\n".encode(), **places)
    assert key.read_bytes() != made and config.read_text() == ""
    case.floe("setup", "--user", "--no-start", "--force", "--join", token, **places)
    assert key.read_bytes() == made


def test_setup_starts_a_node(case):
    """In the background, as there is no unit for it."""
    places = environment(case)
    if os.path.exists("/run/systemd/system"):
        pytest.skip("systemd runs here")
    places["FLOE_LISTEN"] = f"127.0.0.1:{free_ports(2)}"
    result = case.floe("setup", "--user", "--new", "home", **places)
    socket = places["XDG_RUNTIME_DIR"] / "floe/node.sock"
    process = int(re.search(r"in the background \(process ([0-9]+)\)", result.text).group(1))
    nodes = case.floe("nodes", "--json", "--socket", socket).check().json()
    assert nodes["mesh"] == "home", result.text
    assert "node: answers" in result.text
    invitation = re.search("^floe-invite1-.*", result.text, re.MULTILINE).group()
    joined = case.floe("setup", "--user", "--no-start", "--join", invitation, **{**places, "XDG_CONFIG_HOME": case.dir / "other"}).text
    assert "joined mesh home" in joined, joined
    used = case.floe("setup", "--user", "--no-start", "--join", invitation, **{**places, "XDG_CONFIG_HOME": case.dir / "third"})
    assert used.code == 1 and "has been used" in used.error_text
    assert "runs already" in case.floe("setup", "--user", "--new", **places).text
    os.kill(process, signal.SIGTERM)
    eventually(lambda: case.floe("nodes", "--socket", socket).code == 1, "it does not end")


@pytest.mark.needs("mandoc")
def test_manual_pages(case):
    pages = sorted((case.prefix / "share/man/man1").glob("*.1"))
    assert {"floe.1", "floe-cc.1", "floe-mesh-create.1"} <= {page.name for page in pages}
    result = subprocess.run(["mandoc", "-Tlint", *pages], capture_output=True, text=True, check=False)
    assert result.returncode == 0 and not result.stdout, result.stdout


def test_completion_of_bash(case):
    script = case.prefix / "share/bash-completion/completions/floe"
    ask = f"source {script}; COMP_WORDS=(floe mesh jo); COMP_CWORD=2; _complete_floe; echo ${{COMPREPLY[@]}}"
    assert subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True).stdout == "join\n"


@pytest.mark.needs("fish")
def test_completion_of_fish(case):
    ask = f"source {case.prefix}/share/fish/vendor_completions.d/floe.fish; complete -C 'floe node --cache '"
    said = subprocess.run(["fish", "-c", ask], capture_output=True, text=True, check=True).stdout
    assert [line.split("\t")[0] for line in said.splitlines()] == ["both", "off", "read", "write"]


@pytest.mark.needs("zsh")
def test_completion_of_zsh(case):
    functions = case.prefix / "share/zsh/site-functions"
    for name in ("_floe", "_floe-cc"):
        subprocess.run(["zsh", "-n", functions / name], check=True)


def test_help_topics(case):
    listed = case.floe("help").check().text
    for topic in ("environment", "cache", "security", "troubles"):
        assert re.search(rf"^  {topic} ", listed, re.MULTILINE)
        assert case.floe("help", topic).check().text
    assert "make -j" in case.floe("help serial-build").check().text
