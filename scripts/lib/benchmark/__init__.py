"""What the benchmarks share: hosts that count CPU time, meshes and competitors on them, projects to compile, and tables of figures.

The meshes and networks are those of the end-to-end tests (scripts/e2e/harness).
"""

import pathlib
import sys

SCRIPTS = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(SCRIPTS / "e2e"))
