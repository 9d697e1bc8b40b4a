"""Blends on the wire: of documents that the caller sends, and of the lots that a spec of its own may see."""
