"""Coordinators' runs: jobs over all open listings that their policies open to them."""
