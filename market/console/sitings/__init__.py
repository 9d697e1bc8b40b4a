"""Sitings on screen: an instance as it is pasted, what is drawn of an answer, and the pages."""
