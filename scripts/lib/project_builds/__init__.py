"""Builds of real projects, plainly and through a mesh, and what is compared of them (scripts/build-projects)."""
