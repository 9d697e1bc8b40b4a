"""Sitings of posted instances: where hubs pay, at once or as a job. Nothing of the market enters them."""
