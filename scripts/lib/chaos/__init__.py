"""What scripts/chaos stands on: a schedule of faults from a seed, the faults, builds that go on meanwhile, and the check of what became of them."""
