"""What the end-to-end cases stand on: meshes, commands that are recorded, comparison with the plain compiler, job records."""
