"""The relay: hands deliveries of events to their consumers, exactly once inside the database."""
