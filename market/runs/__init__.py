"""Jobs that a tenant asked for: long work, done by a worker, whose result is kept for some days."""
