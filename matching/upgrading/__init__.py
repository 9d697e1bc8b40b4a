"""Lots as they would be after a processor's steps: offers, their claims, the mass balance, and the search for paths."""
