"""The packages of a release: they install on a fresh Debian 12 without a JDK, compile remotely after three commands, leave nothing when they are
removed, have the same bytes when they are made again, and satisfy the tools of their distributions."""

import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import time

import pytest
from harness import machine
from harness.mesh import free_ports
from harness.network import Network
from harness.roots import PACKAGES, Root
from harness.roots import archive as root_archive

pytestmark = [pytest.mark.slow, pytest.mark.root, pytest.mark.needs("mmdebstrap", "dpkg-deb", "unshare", "nsenter")]

PROJECT = pathlib.Path(__file__).resolve().parents[2]
MEBIBYTE = 1 << 20
DEB_BYTES, INSTALLED_KIBIBYTES, IMAGE_BYTES = 45 * MEBIBYTE, 130 * 1024, 60 * MEBIBYTE
EXPOSURE = 4.5
NODE_RUNS = "cat /proc/[0-9]*/stat | grep '(java) [^Z]'"
LEFT_BY_ADDING_A_USER = {"etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "etc/subuid-", "etc/subgid-"}


@pytest.fixture(scope="module")
def packages(work, install):
    """A directory with all packages; FLOE_PACKAGES names one that scripts/package has made."""
    made = os.environ.get("FLOE_PACKAGES")
    if made:
        return pathlib.Path(made)
    directory = work / "packages"
    make_packages(install, directory)
    return directory


def make_packages(install, directory, *words):
    subprocess.run([PROJECT / "scripts/package", "--installed", install, "--output", directory, *words], check=True, stderr=subprocess.PIPE)


def only(directory, pattern):
    found = sorted(directory.glob(pattern))
    assert len(found) == 1, (pattern, sorted(path.name for path in directory.iterdir()))
    return found[0]


@pytest.fixture(scope="module")
def deb(packages):
    return only(packages, "*.deb")


@pytest.fixture(scope="module")
def network():
    network = Network(2)
    yield network
    network.close()


@pytest.fixture
def roots(alone, deb, network, request):
    """Two fresh roots on one network, with the package in / of each."""
    made = []
    alone.cleanup.callback(lambda: [root.close() for root in made])
    for host in (1, 2):
        root = Root(alone.dir / f"root{host}", network, host)
        made.append(root)
        os.link(deb, root.dir / deb.name) if os.stat(deb).st_dev == os.stat(root.dir).st_dev else alone.run(["cp", deb, root.dir]).check()
        root.start()
        # The lists of packages are part of a machine that is up to date.
        root.apt("update")
    return made


def apt_install(root, deb):
    return root.apt("install", f"/{deb.name}")


def create_mesh(root):
    return root.run("floe", "mesh", "create").check().lines[-1].strip()


def start_node(root, *words):
    root.launch("floe", "node", *words, log="node.log")
    root.await_text("node.log", "ready ")


def test_three_commands_lead_to_the_first_remote_compile(alone, roots, deb, record_property):
    executor, submitter = roots
    assert executor.shell("command -v java").code != 0, "the root has a Java"
    apt_install(executor, deb)
    # Without systemd in the root, setup starts the node in the background.
    set_up = executor.run("floe", "setup", "--new", "team", "--share").check().text
    invitation = re.search("^floe-invite1-.*", set_up, re.MULTILINE)[0]
    (submitter.dir / "root/first.c").write_text("int first;\n")
    start = time.monotonic()
    apt_install(submitter, deb)
    installed = time.monotonic()
    submitter.run("floe", "setup", "--join", invitation, "--no-share").check()
    joined = time.monotonic()
    compiled = submitter.shell("cd && FLOE_MODE=remote floe-cc gcc -c first.c").check()
    end = time.monotonic()
    assert (submitter.dir / "root/first.o").stat().st_size > 0
    job = submitter.run("floe", "jobs", "--json").check().json_lines()[-1]
    assert job["decision"] == "remote", (job, compiled.error_text)
    figures = f"3 commands, {end - start:.1f} s from the package to the end of the first remote compile: apt-get install {installed - start:.1f} s, floe setup " \
              f"{joined - installed:.1f} s, compile {end - joined:.1f} s"
    print(figures)
    record_property("figures", figures)


def remove_commands(root, verb):
    return root.apt(verb, "floe").text


def test_removal_leaves_the_key_and_purge_leaves_nothing(roots, deb):
    root = roots[0]
    before = root.files()
    apt_install(root, deb)
    create_mesh(root)
    start_node(root)
    assert root.shell(NODE_RUNS).code == 0
    said = remove_commands(root, "remove")
    assert root.shell(NODE_RUNS).code != 0, "the node has not been stopped"
    assert "kept /etc/floe/mesh.key" in said, said
    left = {path for path in root.files() - before if not path.startswith("node.log")}
    assert left - LEFT_BY_ADDING_A_USER <= {"etc/floe", "etc/floe/mesh.key"}, sorted(left)
    assert "etc/floe/mesh.key" in left
    remove_commands(root, "purge")
    left = {path for path in root.files() - before if not path.startswith("node.log")}
    assert left - LEFT_BY_ADDING_A_USER == set()
    assert root.shell("getent passwd floe; getent group floe").text == ""


def test_links_of_a_compiler_that_is_installed_together_with_floe(roots, deb):
    """Its `cc` is a link that its own script makes, after Floe's."""
    root = roots[0]
    root.apt("--no-install-recommends", "install", f"/{deb.name}", "g++")
    assert {"g++", "c++", "cc"} <= links(root)


def links(root):
    return {path.name for path in (root.dir / "usr/lib/floe/compilers").iterdir()}


def test_links_follow_the_compilers(roots, deb):
    root = roots[0]
    apt_install(root, deb)
    assert {"gcc", "gcc-12", "cc"} <= links(root) and "g++" not in links(root)
    root.apt("--no-install-recommends", "install", "g++")
    assert {"g++", "g++-12"} <= links(root)
    root.apt("remove", "g++", "g++-12")
    assert not {"g++", "g++-12"} & links(root)
    root.shell("ln -s /usr/bin/gcc-12 /usr/local/bin/mips-linux-gnu-gcc").check()
    assert "added mips-linux-gnu-gcc" in root.run("floe", "compilers").check().text


def test_neither_service_is_enabled(deb):
    content = subprocess.run(["dpkg-deb", "-c", deb], check=True, capture_output=True, text=True).stdout
    assert "./usr/lib/systemd/system/floe.service" in content and "./usr/lib/systemd/user/floe.service" in content
    assert ".wants/" not in content


def test_the_deb_is_small(deb):
    assert deb.stat().st_size <= DEB_BYTES
    installed = int(subprocess.run(["dpkg-deb", "-f", deb, "Installed-Size"], check=True, capture_output=True, text=True).stdout)
    assert installed <= INSTALLED_KIBIBYTES
    print(f"{deb.name}: {deb.stat().st_size / MEBIBYTE:.1f} MiB, installed {installed / 1024:.1f} MiB")


def test_the_profile_of_apparmor_is_for_the_java_of_the_package(deb):
    profile = (PROJECT / "packaging/apparmor/floe").read_text()
    named = re.search(r"^profile floe (\S+) flags=\(unconfined\) \{\n  userns,$", profile, re.MULTILINE)[1]
    listed = subprocess.run(["dpkg-deb", "-c", deb], check=True, capture_output=True, text=True).stdout
    assert re.search(rf"^-rwx\S+ .* \.{re.escape(named)}$", listed, re.MULTILINE), named


@pytest.mark.needs("lintian")
def test_lintian_finds_no_error(deb):
    said = subprocess.run(["lintian", "--allow-root", "--tag-display-limit", "0", "--fail-on", "error", deb], check=False, capture_output=True, text=True)
    assert said.returncode == 0 and not re.search("^E:", said.stdout, re.MULTILINE), said.stdout + said.stderr


@pytest.mark.needs("systemd-analyze")
def test_the_system_unit_is_hardened():
    unit = PROJECT / "packaging/systemd/system/floe.service"
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], check=False, capture_output=True, text=True)
    assert float(re.search(r"exposure level for floe.service: ([0-9.]+)", said.stdout)[1]) <= EXPOSURE, said.stdout


def test_two_runs_make_the_same_bytes(work, install):
    pair = [work / "packages-a", work / "packages-b"]
    for directory in pair:
        make_packages(install, directory, "--fast")
    names = [sorted(path.name for path in directory.iterdir()) for directory in pair]
    assert names[0] == names[1] and len(names[0]) >= 9
    differing = [name for name in names[0] if (pair[0] / name).read_bytes() != (pair[1] / name).read_bytes()]
    assert differing == []


@pytest.mark.needs("rpm")
def test_the_rpm_has_the_files_of_the_deb(packages, deb, alone):
    rpm = only(packages, "*.rpm")
    listed = set(alone.run(["rpm", "-qlp", rpm]).check().lines)
    unpacked = alone.dir / "deb"
    alone.run(["dpkg-deb", "-x", deb, unpacked]).check()
    files = {f"/{path.relative_to(unpacked)}" for path in unpacked.rglob("*") if not path.is_dir()}
    debian = {"/usr/share/doc/floe/copyright", "/usr/share/doc/floe/changelog.gz", "/usr/share/lintian/overrides/floe"}
    assert files - listed == debian
    assert {path for path in listed - files if not (unpacked / path[1:]).is_dir()} == {"/etc/floe", "/var/cache/floe"}


@pytest.mark.needs("rpm")
def test_the_rpm_installs(packages, alone):
    root = alone.dir / "rpm-root"
    root.mkdir()
    alone.run(["rpm", "--root", root, "--initdb"]).check()
    alone.run(["rpm", "--root", root, "-i", "--nodeps", "--noscripts", "--ignorearch", only(packages, "*.rpm")]).check()
    assert "floe" in alone.run(["chroot", root, "/usr/bin/floe-cc", "--version"]).check().text
    alone.run(["rpm", "--root", root, "-e", "--noscripts", "--nodeps", "floe"]).check()
    assert not (root / "usr/lib/floe").exists() and not (root / "usr/bin/floe").exists()


@pytest.mark.needs("rpm")
def test_removal_of_the_rpm_stops_nodes_and_leaves_the_key(packages, alone, network):
    """In a Debian that has rpm: the scripts of the package need no more than Fedora's and Debian's have in common."""
    rpm = only(packages, "*.rpm")
    root = Root(alone.dir / "root", network, 1, tar=root_archive((*PACKAGES, "rpm")))
    alone.cleanup.callback(root.close)
    alone.run(["cp", rpm, root.dir]).check()
    root.start()
    root.run("rpm", "-i", "--nodeps", f"/{rpm.name}").check()
    assert "gcc" in links(root)
    root.run("floe", "setup", "--new", "team", "--share").check()
    # One of another user, whom setup does not know, on a Java that is not the package's.
    root.shell("cp -r /usr/lib/floe/runtime /opt/java").check()
    root.shell("install -d -o nobody /srv/n").check()
    (root.dir / "srv/node").write_text("#!/bin/sh\nFLOE_JAVA=/opt/java exec floe node --data-dir /srv/n/data --socket /srv/n/socket --listen 127.0.0.1:7190 --no-multicast\n")
    (root.dir / "srv/node").chmod(0o755)
    root.launch("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "HOME=/srv/n", "/srv/node", log="node.log")
    root.await_text("node.log", "ready ")
    assert root.shell(NODE_RUNS).text.count("(java)") == 2
    said = root.run("rpm", "-e", "floe").check()
    assert root.shell(NODE_RUNS).code != 0, "a node has not been stopped"
    assert "kept /etc/floe/" in said.text + said.error_text, said.text + said.error_text
    assert (root.dir / "etc/floe/mesh.key").exists()
    left = [path for path in ("usr/lib/floe", "usr/bin/floe", "var/lib/floe", "run/floe") if (root.dir / path).exists()]
    assert left == []


def test_the_archive_installs_for_a_user(packages, alone):
    alone.run(["tar", "--zstd", "-C", alone.dir, "-xf", only(packages, "*.tar.zst")]).check()
    prefix, home = alone.dir / "prefix", alone.dir / "home"
    home.mkdir()
    for directory in (alone.dir, home):
        os.chown(directory, machine.ORDINARY_USER, machine.ORDINARY_USER)
    alone.run(["chown", "-R", str(machine.ORDINARY_USER), alone.dir / "floe"]).check()
    user = ["setpriv", f"--reuid={machine.ORDINARY_USER}", f"--regid={machine.ORDINARY_USER}", "--clear-groups", "env", "-i", "PATH=/usr/bin:/bin",
            f"HOME={home}", f"XDG_CONFIG_HOME={home}/.config", f"XDG_DATA_HOME={home}/.local/share"]
    alone.run([*user, alone.dir / "floe/install", prefix, "--no-training"]).check()
    version = alone.run([*user, prefix / "bin/floe", "--version"]).check().text
    assert version.startswith("floe ")
    unit = (home / ".local/share/systemd/user/floe.service").read_text()
    assert f"ExecStart={prefix}/bin/floe node\n" in unit
    key = home / ".config/floe/mesh.key"
    alone.run([*user, prefix / "bin/floe", "mesh", "create"]).check()
    words = [*user, prefix / "bin/floe", "node", "--socket", home / "socket", "--data-dir", home / "data", "--listen", f"127.0.0.1:{free_ports(2)}", "--no-multicast"]
    with open(alone.dir / "node.log", "wb") as log:
        node = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd="/")
    alone.cleanup.callback(node.kill)
    machine.eventually(lambda: "ready " in (alone.dir / "node.log").read_text(), lambda: (alone.dir / "node.log").read_text())
    said = alone.run([*user, prefix / "lib/floe/uninstall"]).check().error_text
    assert str(key) in said and key.exists()
    node.wait()  # it has been stopped
    shutil.rmtree(home / "data")
    assert not prefix.exists(), sorted(prefix.rglob("*"))
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir()) == [".config/floe/mesh.key"]


@pytest.mark.needs("podman")
def test_the_image_runs(packages, alone):
    image = only(packages, "*-oci-*.tar")
    # podman wants a short name for what it keeps while it runs.
    short = alone.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="floe-podman.", ignore_cleanup_errors=True))
    podman = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--root", f"{short}/root", "--runroot", f"{short}/run"]
    alone.cleanup.callback(lambda: alone.run([*podman, "rmi", "--all", "--force"]))
    alone.run([*podman, "load", "-q", "-i", image]).check()
    name = alone.run([*podman, "images", "--format", "{{.Repository}}:{{.Tag}}", "localhost/floe"]).check().lines[0]
    limits = ["--ulimit", "nofile=1024:4096", "--ulimit", "nproc=4096:4096"]
    said = alone.run([*podman, "run", *limits, "--rm", "--network", "none", "--security-opt", "unmask=ALL", name, "doctor"])
    assert "ok       sandbox" in said.text, said.text + said.error_text
    assert alone.run([*podman, "run", *limits, "--rm", "--network", "none", "--entrypoint", "/usr/bin/id", name, "-u"]).check().text == "7079\n"


def test_the_image_is_small_and_names_its_user(packages):
    image = only(packages, "*-oci-*.tar")
    assert image.stat().st_size <= IMAGE_BYTES
    with tarfile.open(image) as archive:
        assert "oci-layout" in archive.getnames()
    print(f"{image.name}: {image.stat().st_size / MEBIBYTE:.1f} MiB")


@pytest.mark.parametrize("recipe, wanted", [
    ("*.src.tar.gz", {"floe/PKGBUILD", "floe/floe.install", "floe/floe-compilers.hook"}),
    ("*-gentoo-overlay.tar.gz", {"floe-overlay/profiles/repo_name", "floe-overlay/acct-user/floe/floe-0.ebuild"}),
    ("*-alpine.tar.gz", {"floe/APKBUILD", "floe/floe.trigger"}),
])
def test_recipes_are_complete_and_filled_in(packages, recipe, wanted):
    with tarfile.open(only(packages, recipe)) as archive:
        assert wanted <= set(archive.getnames())
        for member in archive.getmembers():
            if member.isfile() and not member.name.endswith(".gz"):
                assert not re.search(rb"@[a-z0-9_]+@", archive.extractfile(member).read()), member.name


@pytest.mark.needs("makepkg")
def test_makepkg_reads_the_recipe_of_arch(packages, alone):
    """Without pacman, which Debian's makepkg does not need to verify the sources."""
    alone.run(["tar", "-C", alone.dir, "-xzf", only(packages, "*.src.tar.gz")]).check()
    os.chown(alone.dir, machine.ORDINARY_USER, machine.ORDINARY_USER)
    alone.run(["chown", "-R", str(machine.ORDINARY_USER), alone.dir / "floe"]).check()
    user = ["setpriv", f"--reuid={machine.ORDINARY_USER}", f"--regid={machine.ORDINARY_USER}", "--clear-groups", "env", "PACMAN=true", f"HOME={alone.dir}"]
    said = alone.run([*user, "makepkg", "--verifysource", "--nodeps"], cwd=alone.dir / "floe").check()
    assert (said.text + said.error_text).count("Passed") == 2, said.text + said.error_text


def test_checksums_name_all_packages(packages):
    listed = {line.split("  ")[1] for line in (packages / "SHA256SUMS").read_text().splitlines()}
    assert listed == {path.name for path in packages.iterdir() if path.name.startswith("floe")}
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=packages, check=True)
