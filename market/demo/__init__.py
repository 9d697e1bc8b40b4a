"""The demo market: fictional parties over every family of the catalogue."""
