package dev.floe.node.doors;

/** What stands behind every door: the values, and the place where new ones arrive. */
record Cache(SharedValues values, Incoming incoming) {}
