"""Fixed sample data for the kit page: every component in every state, no database."""
