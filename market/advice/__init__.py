"""Advice to the owner of a spec that is short of supply: what to give way on, and how much that would unlock."""
