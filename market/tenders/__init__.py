"""Sealed tenders: bids of several recyclers for one spec, shut until the common opening, then compared and awarded."""
