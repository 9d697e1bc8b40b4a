"""Solving away from the event loop: child processes with a bound on memory and time, and the kinds that they solve."""
