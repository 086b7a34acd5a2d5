"""Which fault comes when, to which node and for how long. A seed determines all of it before the first job starts."""

import dataclasses
import itertools
import random

# How long a fault lasts, in seconds: shorter than what nodes notice, about as long, and until the group has dropped the node.
LENGTHS = (1, 3, 6, 12)


@dataclasses.dataclass(frozen=True)
class Step:
    """One fault of a schedule. `draw` in [0, 1) chooses among the nodes that this kind may hit."""

    number: int
    after_jobs: int
    kind: str
    draw: float
    seconds: float


def schedule(seed, kinds, jobs, every):
    """A fault every so many jobs; each kind comes once before any comes again."""
    source = random.Random(seed)
    steps = []
    for turn in itertools.count():
        for kind in source.sample(kinds, len(kinds)):
            after = (len(steps) + 1) * every
            if after >= jobs:
                return steps
            steps.append(Step(len(steps) + 1, after, kind, source.random(), source.choice(LENGTHS) if turn else LENGTHS[2]))
    return steps
