"""The migrations of the database, each once and in the order of their numbers."""
