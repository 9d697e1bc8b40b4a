"""Notices: what an organisation is told of, kept until it is read and for months after."""
