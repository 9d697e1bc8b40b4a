"""Freight tables on screen: what prices today, what a coordinator has set, and a form to set more."""
