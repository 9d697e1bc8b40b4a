"""Allocations: of posted specs and lots, and a coordinator's over all open listings of a material it oversees."""
