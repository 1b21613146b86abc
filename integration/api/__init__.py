"""Assembles the REST API of all suites: router, problem details, idempotency, schema."""
