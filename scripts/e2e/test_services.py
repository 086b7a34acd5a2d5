"""The services of the package, under a systemd that is the first process of a container: they are off until somebody turns them on, the sandbox
works behind the hardening, the group decides who compiles, the journal has levels, and a node that hangs is restarted."""

import re

import pytest
from harness import machine
from harness.roots import Root
from test_package import apt_install, deb, packages

pytestmark = [pytest.mark.slow, pytest.mark.root, pytest.mark.needs("mmdebstrap", "dpkg-deb", "systemd-nspawn", "nsenter")]

__all__ = ["deb", "packages"]  # fixtures
SYSTEMD = ("systemd", "systemd-sysv", "dbus", "dbus-user-session", "libpam-systemd", "iproute2")


@pytest.fixture(scope="module")
def booted(work, deb):
    root = Root(work / "booted")
    try:
        (root.dir / deb.name).write_bytes(deb.read_bytes())
        root.start()
        root.apt("update")
        root.apt("install", "--no-install-recommends", *SYSTEMD)
        apt_install(root, deb)
        root.process.kill()
        root.process.wait()
        root.boot()
        root.shell("ip link set lo up; useradd -m -G floe member; useradd -m stranger; loginctl enable-linger member").check()
        yield root
    finally:
        root.close()


def property_of(root, name):
    return root.run("systemctl", "show", "floe.service", "-p", name, "--value").check().text.strip()


@pytest.fixture
def service(booted):
    """The system service, which floe setup has started."""
    if not (booted.dir / "etc/floe/mesh.key").exists():
        set_up = booted.run("floe", "setup", "--new", "team", "--share", "--system").check().text
        assert "the service floe.service is enabled and started" in set_up
        assert "ok       node:" in set_up, set_up
        # Root asked, and the node is another user's.
        assert re.search("^floe-invite1-", set_up, re.MULTILINE), set_up
    booted.run("systemctl", "start", "floe.service").check()
    return booted


def test_no_service_is_enabled(booted):
    assert booted.run("systemctl", "is-enabled", "floe.service", "floe-train.service").lines == ["disabled", "static"]
    assert booted.run("systemctl", "--global", "is-enabled", "floe.service").lines == ["disabled"]


def test_the_system_service_says_that_it_is_ready(service):
    assert property_of(service, "ActiveState") == "active"
    assert "slots=" in property_of(service, "StatusText")


def test_setup_enables_the_service(service):
    assert service.run("systemctl", "is-enabled", "floe.service").lines == ["enabled"]
    assert "is in mesh team already" in service.run("floe", "setup", "--new", "other", "--share", "--system").text


def test_a_reload_changes_the_running_node(service):
    before = property_of(service, "MainPID")
    (service.dir / "etc/floe/floe.conf").write_text("slots = 3\n")
    service.run("systemctl", "reload", "floe.service").check()
    assert property_of(service, "ActiveState") == "active" and property_of(service, "MainPID") == before
    assert "slots=3" in property_of(service, "StatusText")


def test_the_sandbox_works_behind_the_hardening(service):
    options = ["--no-execute", "--listen", "127.0.0.1:7090", "--data-dir", "/root/data", "--socket", "/root/sub/node.sock", "--join", "127.0.0.1",
               "--no-multicast", "--name", "submitter"]
    submitter = service.launch("floe", "node", *options, log="submitter.log")
    try:
        service.await_text("submitter.log", "ready ")
        compiled = "FLOE_SOCKET=/root/sub/node.sock FLOE_MODE=remote floe-cc gcc -c a.c"
        service.shell(f"cd && echo 'int a;' >a.c && {compiled}").check()
        job = service.shell("FLOE_SOCKET=/root/sub/node.sock floe jobs --json").check().json_lines()[-1]
        assert (job["decision"], job["proof"]) == ("remote", "proven"), job
    finally:
        submitter.terminate()
        submitter.wait()


def test_the_group_decides_who_compiles_through_it(service):
    tried = {name: service.shell(f"su {name} -c 'cd && echo \"int b;\" >b.c && FLOE_VERBOSE=1 floe-cc gcc -c b.c'").check().error_text
             for name in ("member", "stranger")}
    assert "Permission denied" in tried["stranger"] and "no node" not in tried["member"], tried


def test_the_journal_has_levels(service):
    shown = [entry for entry in service.run("journalctl", "-u", "floe.service", "-o", "json").check().json_lines() if "listens group=" in entry["MESSAGE"]]
    assert shown and {entry["PRIORITY"] for entry in shown} == {"6"}
    assert not shown[0]["MESSAGE"].startswith("<")


def test_a_node_that_hangs_is_restarted(service):
    before = property_of(service, "MainPID")
    service.shell(f"kill -STOP {before}").check()
    machine.eventually(lambda: property_of(service, "MainPID") not in (before, "0") and property_of(service, "ActiveState") == "active",
                       "the node was not restarted", 4 * machine.PATIENCE_SECONDS)


def test_the_user_service_runs(booted):
    session = "export XDG_RUNTIME_DIR=/run/user/$(id -u);"
    manage = f"{session} systemctl --user"
    set_up = f"su member -c '{session} floe setup --new --no-share --user'"
    booted.run("systemctl", "start", "floe.service").check()
    assert "a node for all users runs already" in booted.shell(set_up).error_text
    booted.run("systemctl", "stop", "floe.service").check()
    done = booted.shell(set_up).check().text
    assert "the service floe.service is enabled and started" in done
    assert "ActiveState=active" in booted.shell(f"su member -c '{manage} show floe.service -p ActiveState'").text
    booted.shell(f"su member -c '{manage} stop floe.service'").check()
    assert "Result=success" in booted.shell(f"su member -c '{manage} show floe.service -p Result'").text
