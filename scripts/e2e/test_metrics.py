"""The metrics of two nodes as Prometheus reads them: both formats, the rules and the configuration in docs/prometheus, and every query of
docs/grafana/floe.json during a build. Nodes that have a page serve their metrics themselves; for others a small server does that asks them
through their sockets."""

import pathlib
import re
import shutil
import sys

import pytest
from harness.machine import eventually
from harness.mesh import free_ports

pytestmark = pytest.mark.slow

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
DOCS = SCRIPTS.parent / "docs"
TOOLS = pytest.mark.needs("prometheus", "promtool")


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Node 1 submits, node 2 executes; each has a page."""
    mesh = make_mesh("metrics", 2)
    mesh.pages = free_ports(2)
    for number, node in mesh.nodes.items():
        node.options = ["--web", f"127.0.0.1:{mesh.pages + number - 1}"]
    mesh.start().create_toolchains("gcc")
    yield mesh
    mesh.stop()


def metrics(case, number, *options):
    return case.mesh.run("metrics", *options, node=number).check()


@TOOLS
@pytest.mark.parametrize("number", [1, 2])
def test_the_text_format(case, number):
    said = metrics(case, number)
    check = case.run("promtool check metrics", stdin=said.out).check()
    assert (check.out, check.err) == (b"", b"")
    assert len(said.out) <= 65_536


def test_what_is_measured_of_the_mesh(case):
    submitter, executor = metrics(case, 1).lines, metrics(case, 2).lines
    assert 'floe_mesh_nodes{state="executing"} 1.0' in submitter, "node1 sees no executor"
    assert "floe_executes 0.0" in submitter
    assert "floe_executes 1.0" in executor


def test_open_metrics(case):
    lines = metrics(case, 1, "--open-metrics").lines
    assert lines[-1] == "# EOF"
    assert "# TYPE floe_jobs counter" in lines


@TOOLS
def test_rules_and_configuration(case):
    case.run(["promtool", "check", "rules", DOCS / "prometheus/floe.rules.yml"]).check()
    case.run(["promtool", "check", "config", DOCS / "prometheus/prometheus.yml"]).check()


def test_no_names_of_files(case):
    """No label has the name of a file, whatever the jobs were."""
    case.write("secret-name.c", "int x;\n")
    case.compile("gcc -c secret-name.c").check()
    case.compile("gcc -E secret-name.c").check()
    assert case.compile("gcc -c secret-missing.c").code != 0
    case.await_records(3)
    text = metrics(case, 1).text
    assert not re.findall(r'^.*(?:secret|/tmp|\.c").*$', text, re.MULTILINE)
    assert re.search(r'^floe_local_jobs_total\{reason="preprocess"\} [1-9]', text, re.MULTILINE), "the reason was not counted"
    assert 'floe_local_jobs_total{reason="other"} 0.0' in text.splitlines(), "a reason has no class"


class Prometheus:
    """One that scrapes both nodes each second, below the case's directory."""

    def __init__(self, case, ports):
        self.case, self.url = case, f"http://127.0.0.1:{free_ports(1)}"
        text = re.sub("scrape_interval: .*", "scrape_interval: 1s", (DOCS / "prometheus/prometheus.yml").read_text())
        for host, port in zip(("desk", "server"), ports):
            text = text.replace(f"{host}.example:7082", f"127.0.0.1:{port}")
        (case.dir / "prometheus.yml").write_text(text)
        shutil.copy(DOCS / "prometheus/floe.rules.yml", case.dir)
        self.server = case.start(["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn",
                                  f"--web.listen-address={self.url.removeprefix('http://')}"], cwd=case.dir)

    def ask(self, *words):
        return self.case.run([sys.executable, SCRIPTS / "lib/dashboard.py", *words, self.url])

    def answers(self, query):
        return self.ask("--await", query).code == 0

    def await_answer(self, query, why):
        eventually(lambda: self.answers(query), lambda: f"{why}: {self.server.error_text[-1000:]}")

    def await_dashboard(self):
        """Until every query of the dashboard is right."""
        def all_answer():
            self.said = self.ask(DOCS / "grafana/floe.json")
            return self.said.code == 0

        eventually(all_answer, lambda: self.said.text[-2000:])


def serve_by_page(case):
    """Their counters begin again."""
    for node in case.mesh.nodes.values():
        node.restart()
    case.mesh.await_complete()
    return case.mesh.pages, case.mesh.pages + 1


def serve_by_socket(case):
    serve_by_page(case)
    first = free_ports(2)
    for number, node in case.mesh.nodes.items():
        case.start([sys.executable, SCRIPTS / "lib/metrics_server.py", str(first + number - 1), case.floe_path, node.socket])
    return first, first + 1


def write_build(case):
    """Twelve compiles, and a link, which is local."""
    objects = " ".join(f"f{number}.o" for number in range(1, 13))
    for number in range(1, 13):
        case.write(f"f{number}.c", f'#include <stdio.h>\n/* {case.name} */\nint f{number}(int x) {{ return printf("%d", x + {number}); }}\n')
    case.write("main.c", "int f1(int); int main(void) { return f1(1) != 1; }\n")
    case.write("Makefile", f"OBJECTS = main.o {objects}\nprogram: $(OBJECTS) ; $(CC) $^ -o $@\n")


def build_twice(case):
    """The second time the compiles are known."""
    case.mark()
    for _ in range(2):
        case.shell('rm -f *.o program; make -s -j4 "CC=$FLOE_CC gcc"', FLOE_CACHE="both").check()
        case.await_records(14)


@TOOLS
@pytest.mark.needs("make")
@pytest.mark.parametrize("serve", [serve_by_page, serve_by_socket])
def test_every_query_of_the_dashboard(case, serve):
    prometheus = Prometheus(case, serve(case))
    # Each value is there before the build, or its increase would not show.
    prometheus.await_answer('sum(up{job="floe"}) == 2', "it does not scrape both nodes")
    prometheus.await_answer('count(count_over_time(floe_step_seconds_count{step="run"}[1m]) >= 3) == 2', "the series do not begin")
    write_build(case)
    build_twice(case)
    prometheus.await_answer('floe_jobs_total{outcome="cached"} >= 12', "no hits arrive")
    prometheus.await_answer('floe_executed_jobs_total{end="done"} >= 12', "what node2 has executed does not arrive")
    prometheus.await_dashboard()
    assert not prometheus.answers('ALERTS{alertstate="firing"}'), "an alert fires"
