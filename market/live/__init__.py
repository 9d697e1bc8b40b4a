"""What open pages are told of: that something of theirs changed, as PostgreSQL has it, whoever wrote it."""
