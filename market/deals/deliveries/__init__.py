"""Deliveries: portions of a leg, each with a life of its own."""
