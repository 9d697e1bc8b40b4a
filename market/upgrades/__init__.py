"""Processors' steps on the wire: which path of offers would bring a lot into a spec."""
