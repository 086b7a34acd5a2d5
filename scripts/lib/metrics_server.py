"""Serves the metrics of a node that has no page: metrics_server.py PORT FLOE SOCKET

It asks the node again and again through its socket, in both formats, and answers each request with the latest."""

import http.server
import subprocess
import sys
import threading

OPEN_METRICS = "application/openmetrics-text"
TYPES = {False: "text/plain; version=0.0.4; charset=utf-8", True: OPEN_METRICS + "; version=1.0.0; charset=utf-8"}
latest = {}


def read_on(floe, socket):
    pause = threading.Event()
    while True:
        for open_metrics in (False, True):
            options = ["--open-metrics"] if open_metrics else []
            answer = subprocess.run([floe, "metrics", "--socket", socket, *options], capture_output=True, check=False)
            if answer.returncode == 0:
                latest[open_metrics] = answer.stdout
        pause.wait(0.5)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open_metrics = OPEN_METRICS in self.headers.get("Accept", "")
        if self.path != "/metrics" or open_metrics not in latest:
            self.send_error(404 if self.path != "/metrics" else 503)
            return
        self.send_response(200)
        self.send_header("Content-Type", TYPES[open_metrics])
        self.end_headers()
        self.wfile.write(latest[open_metrics])

    def log_message(self, format, *arguments):
        pass


threading.Thread(target=read_on, args=(sys.argv[2], sys.argv[3]), daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
