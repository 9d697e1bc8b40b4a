"""The market on screen: what is asked in the address, what is drawn of the answer, and the page."""
