"""A recycler's lots on screen: listed, written, who wants them, and what would make more of them."""
