"""Power cuts: a disk that records what is written to it, builds on it, and what a node finds on it after a cut."""
