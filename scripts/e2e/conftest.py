"""Fixtures of the end-to-end cases, and what is printed of a case that fails."""

import os
import pathlib
import re
import shutil
import signal
import tempfile

import pytest

pytest.register_assert_rewrite("harness")

from harness import machine  # noqa: E402
from harness.cache import CacheCase  # noqa: E402
from harness.case import Case  # noqa: E402
from harness.mesh import Mesh  # noqa: E402
from harness.toolchains import PreparedToolchains  # noqa: E402

SHARED = "FLOE_E2E_SHARED"
# Cases in which a node is told to end while it compiles for others need not wait for as long as usual.
DRAIN = ("--drain-timeout", "5")
MARKERS = {
    "root": "needs root; a run as root gives all others to an ordinary user",
    "slow": "in the nightly lane only",
    "builds": "writes in the repository, so that its owner runs it, after all others",
    "board": "needs the root directory of a board, which scripts/build-projects --board makes",
    "needs(program, ...)": "needs these programs",
}


# Of a case's directory: a socket below it must have a path of at most 107 bytes.
LONGEST_NAME = 30


def pytest_configure(config):
    # A shell that starts this in the background has it ignore these; commands of the cases must not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    # So that nodes end with this also then.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    # What the processes of one run share; the workers of xdist have the variable from the process that starts them.
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="floe-e2e-shared.")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True))


def pytest_addoption(parser):
    parser.addoption("--lanes", action="store_true", help="with --collect-only: print each case behind the name of its lane")


def lane(item):
    """The lane in which a case runs at the latest."""
    return "nightly" if item.get_closest_marker("slow") else "common"


def pytest_collection_finish(session):
    if session.config.getoption("--lanes"):
        terminal = session.config.pluginmanager.getplugin("terminalreporter")
        for item in session.items:
            user = next((name for name in ("root", "builds") if item.get_closest_marker(name)), "ordinary")
            terminal.write_line(f"{lane(item):<8} {user:<9} {item.nodeid}")


def pytest_runtest_setup(item):
    for marker in item.iter_markers("needs"):
        machine.need(*marker.args)
    if item.get_closest_marker("root"):
        machine.need_root()
    if item.get_closest_marker("builds") and not os.access(repository(), os.W_OK):
        pytest.skip("this user may not write in the repository")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A case that fails says how to repeat it by hand."""
    outcome = yield
    report = outcome.get_result()
    case = next((value for value in getattr(item, "funcargs", {}).values() if isinstance(value, Case)), None)
    if report.when == "call" and report.failed and case is not None:
        report.sections.append(("commands of this case; FLOE_E2E_KEEP=1 keeps its files", str(case.record)))
        if case.mesh is not None:
            report.sections.append(("commands of the mesh", "\n".join(case.mesh.lines)))
            report.sections.append(("logs of the nodes", case.mesh.log_tail()))


@pytest.fixture(scope="session")
def work():
    """The directory below which everything lies."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="floe-e2e.")).resolve()
    directory.chmod(0o755)
    yield directory
    if os.environ.get("FLOE_E2E_KEEP") == "1":
        print(f"kept: {directory}")
    else:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def install():
    """The installed Floe under test."""
    prefix = pathlib.Path(os.environ.get("FLOE_PREFIX") or repository() / "target/floe").resolve()
    if not os.access(prefix / "bin/floe", os.X_OK):
        pytest.exit(f"there is no {prefix}/bin/floe; FLOE_PREFIX must name an installed Floe, which scripts/install makes", 2)
    return prefix


def repository():
    return pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def make_mesh(work, install):
    """Makes meshes, which end with the session unless their user stops them earlier. Those that are `prepared` have the usual toolchains on all nodes."""
    meshes = []

    def make(name, count, prepared=False, **options):
        options.setdefault("node_options", DRAIN)
        # Cases stop compilers for as long as they need.
        options.setdefault("second_copies", False)
        mesh = Mesh(install, work / f"mesh-{name}", count, **options)
        if prepared:
            for node in mesh.nodes.values():
                PreparedToolchains(install, os.environ[SHARED]).give_to(node)
        meshes.append(mesh)
        return mesh

    yield make
    for mesh in meshes:
        mesh.stop()


@pytest.fixture(scope="session")
def plain_mesh(make_mesh):
    """Three nodes of two slots each, of which the first submits, with toolchains of the compilers that are here."""
    return make_mesh("plain", 3, prepared=True).start()


@pytest.fixture(scope="module")
def mesh(plain_mesh):
    """The mesh of a suite; one that needs another overrides this."""
    return plain_mesh


def make_case(kind, request, work, install, mesh):
    suite = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    name = re.sub(r"[^A-Za-z0-9]+", "-", request.node.name.removeprefix("test_"))[:LONGEST_NAME].strip("-")
    if (work / suite / name).exists():
        name = f"{name}-{len(list((work / suite).iterdir()))}"
    if mesh is not None:
        mesh.heal()
    return kind(f"{suite}/{name}", work / suite / name, work, install, mesh)


def use(case):
    with case.cleanup:
        yield case


@pytest.fixture
def case(request, work, install, mesh):
    yield from use(make_case(Case, request, work, install, mesh))


@pytest.fixture
def cache(request, work, install, mesh):
    yield from use(make_case(CacheCase, request, work, install, mesh))


@pytest.fixture
def alone(request, work, install):
    """A case without a mesh."""
    yield from use(make_case(Case, request, work, install, None))
