"""The reference: lots as one would write them with FastAPI and SQLModel, without any of our features."""
