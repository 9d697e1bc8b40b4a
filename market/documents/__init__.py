"""Files that prove something: uploaded once, never changed, linked to what they speak of, and shared by name."""
