"""What Floe is built of is verified: a jar, a plugin or a POM that has been tampered with in the local repository fails the build, and so
does one that is in no list; the SBOM names what is installed; a key of an archive is believed by its fingerprint alone."""

import hashlib
import json
import os
import pathlib
import re
import shutil

import pytest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
EXTENSION = "target/maven-extension"
SOURCES = "artifact-store/src/main/java/dev/floe/store"
LOCAL_REPOSITORY = pathlib.Path(os.environ.get("HOME", "/nonexistent")) / ".m2/repository"

# Builds as scripts/build does it, with the files of another project.
BUILD = """set -eu
. "$LIB/common.sh"
. "$LIB/maven.sh"
FLOE_REPO=$CASE/project FLOE_CHECKSUMS=$CASE/project/.config/artifacts.sha256
maven -o "-Dmaven.repo.local=$CASE/repository" "$PHASE"
"""


class Build:
    """A part of this project in `project`: one class with its package. A local repository of Maven in `repository`, whose files are links."""

    def __init__(self, case):
        self.case, self.dir, self.repository = case, case.dir / "project", case.dir / "repository"
        self.list = self.dir / ".config/artifacts.sha256"
        for directory in (".config", "scripts/lib"):
            shutil.copytree(PROJECT / directory, self.dir / directory, symlinks=True)
        (self.dir / SOURCES).mkdir(parents=True)
        for source in ("FailureText.java", "package-info.java"):
            shutil.copy2(PROJECT / SOURCES / source, self.dir / SOURCES)
        for pom in ("pom.xml", "artifact-store/pom.xml"):
            shutil.copy2(PROJECT / pom, self.dir / pom)
        if (PROJECT / EXTENSION / "built").exists():
            shutil.copytree(PROJECT / EXTENSION, self.dir / EXTENSION)
        self.pom = (self.dir / "pom.xml").read_text()
        only = "".join(line for line in self.pom.splitlines(keepends=True) if "<module>" not in line or "artifact-store" in line)
        (self.dir / "pom.xml").write_text(only)
        case.run(["cp", "-as", LOCAL_REPOSITORY, self.repository]).check()

    def run(self, phase="compile"):
        return self.case.shell(BUILD, cwd=self.case.dir, LIB=PROJECT / "scripts/lib", PHASE=phase)

    def expect_refusal(self, pattern, phase="compile"):
        result = self.run(phase)
        assert result.code != 0, "the build passes"
        assert re.search(pattern, result.text + result.error_text), (result.text + result.error_text)[:2000]

    def version_of(self, name):
        """Of the property NAME.version in the POM."""
        return re.search(rf"<{name}\.version>(.*)</", self.pom)[1]

    def tamper_with(self, name):
        """Adds a byte to the first artifact of the list whose file name matches; returns the artifact."""
        listed = re.search(f"^[0-9a-f]{{64}}  (.*/{name})$", self.list.read_text(), re.MULTILINE)[1]
        content = (LOCAL_REPOSITORY / listed).read_bytes()
        artifact = self.repository / listed
        artifact.unlink()
        artifact.write_bytes(content + b"\n")
        return artifact


@pytest.fixture
def build(alone):
    if not LOCAL_REPOSITORY.is_dir():
        pytest.skip(f"Maven has no local repository in {LOCAL_REPOSITORY}")
    return Build(alone)


@pytest.mark.builds
@pytest.mark.needs("mvn")
def test_what_nobody_has_touched(build):
    """It is built by a Maven that verifies, and by no other. What verifies is compiled first."""
    shutil.rmtree(build.dir / EXTENSION, ignore_errors=True)
    build.run().check()
    assert (build.dir / "artifact-store/target/classes/dev/floe/store/FailureText.class").exists(), "nothing was built"
    shutil.rmtree(build.dir / EXTENSION / "META-INF")
    build.expect_refusal("this Maven does not verify checksums", phase="validate")


ARTIFACTS = {
    "jar": ("jspecify", r"jspecify-{}\.jar"),
    "compiler_plugin": ("errorprone", r"error_prone_core-{}\.jar"),
    "maven_plugin": (None, r"maven-enforcer-plugin-[^/]*\.jar"),
    "pom": ("caffeine", r"caffeine-{}\.pom"),
}


@pytest.mark.builds
@pytest.mark.needs("mvn")
@pytest.mark.parametrize("kind", ARTIFACTS)
def test_an_artifact_that_has_been_tampered_with(build, kind):
    version, name = ARTIFACTS[kind]
    artifact = build.tamper_with(name if version is None else name.format(re.escape(build.version_of(version))))
    build.expect_refusal(f"{re.escape(str(artifact))} is not what it should be")


@pytest.mark.builds
@pytest.mark.needs("mvn")
def test_an_artifact_in_no_list(build):
    lines = build.list.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not re.search(r"/jspecify-[^/]*\.jar$", line.rstrip("\n"))]
    assert len(kept) < len(lines)
    build.list.write_text("".join(kept))
    build.expect_refusal(r"is not verified: .*has no checksum of org/jspecify/jspecify/.*\.jar")


def test_the_sbom_names_what_is_installed(install):
    directory = install / "lib/floe"
    sbom = json.loads((directory / "sbom.json").read_text())
    assert sbom["bomFormat"] == "CycloneDX"
    assert "serialNumber" not in sbom and "timestamp" not in sbom["metadata"], sbom["metadata"]
    components = [*sbom["components"], sbom["metadata"]["component"]]
    listed = sorted(digest["content"] for one in components for digest in one["hashes"] if digest["alg"] == "SHA-256")
    installed = sorted(hashlib.sha256(jar.read_bytes()).hexdigest() for jar in directory.glob("*.jar"))
    assert len(installed) > 40
    assert listed == installed
    assert all(one["purl"].startswith("pkg:maven/") for one in components)


class Keys:
    """Public keys in files of the case's directory."""

    def __init__(self, case):
        self.case, self.home = case, case.dir / "home"
        self.home.mkdir(mode=0o700)
        case.cleanup.callback(case.run, "gpgconf --kill gpg-agent", GNUPGHOME=self.home)

    def gpg(self, *words):
        return self.case.run(["gpg", "--batch", "--quiet", *words], GNUPGHOME=self.home).check()

    def make(self, name):
        """A new key; returns its fingerprint."""
        self.gpg("--passphrase", "", "--quick-gen-key", name, "ed25519", "sign", "never")
        self.case.write(name, self.gpg("--armor", "--export", name).out)
        listed = [line.split(":") for line in self.gpg("--with-colons", "--list-keys", name).lines]
        return next(fields[9] for fields in listed if fields[0] == "fpr")

    def expect_key(self, name, fingerprint):
        return self.case.shell(f'set -eu\n. "$LIB/common.sh"\n. "$LIB/archive-key.sh"\nexpect_key {name} {fingerprint}', LIB=PROJECT / "scripts/lib")

    def expect_distrust(self, name, fingerprint, pattern):
        result = self.expect_key(name, fingerprint)
        assert result.code != 0, "it is trusted"
        assert re.search(pattern, result.error_text), result.error_text


@pytest.fixture
def keys(alone):
    return Keys(alone)


ADOPTIUM = "3B04D753C9050D9A5D343F39843C48A565F8F04B"


@pytest.mark.needs("gpg")
def test_the_right_key(keys):
    keys.expect_key("right", keys.make("right")).check()


@pytest.mark.needs("gpg")
def test_the_wrong_key(keys):
    fingerprint = keys.make("wrong")
    keys.expect_distrust("wrong", ADOPTIUM, f"not trusted: its fingerprint is {fingerprint}, and {ADOPTIUM} is expected")


@pytest.mark.needs("gpg")
def test_a_wrong_key_beside_the_right_one(keys):
    right, wrong = keys.make("right"), keys.make("wrong")
    keys.case.write("both", keys.case.path("right").read_bytes() + keys.case.path("wrong").read_bytes())
    keys.expect_distrust("both", right, f"{right} and {wrong}")


@pytest.mark.needs("gpg")
def test_no_key_at_all(keys):
    keys.case.write("page", "<html>not found</html>\n")
    keys.expect_distrust("page", ADOPTIUM, "its fingerprint is none")
