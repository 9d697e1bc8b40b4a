"""Deals on screen: one file for each noun, as the API has them."""
