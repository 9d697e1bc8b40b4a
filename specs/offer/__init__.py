"""What processors offer: steps at a place, open to every verified organisation until they are withdrawn."""
