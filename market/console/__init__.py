"""The pages for people: rendered on the server from the answers of the same services as the API."""
