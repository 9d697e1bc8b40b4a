"""Copies of documents without what a file says of its maker: pure functions, run in a process of their own.

A copy keeps what the format's standard calls the picture, the page or the cell, by lists of what is kept rather than
of what is dropped wherever the format allows it. What cannot be freed with certainty is no copy at all.
"""
