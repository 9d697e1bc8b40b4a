"""Processors' offers as others may reckon with them: checked, made coarse, and with those that are open to all."""
