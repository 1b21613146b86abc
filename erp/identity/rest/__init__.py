"""What every resource of the API is built from: views, fields, references, pages, problems, idempotency, versions.

It lives this low because each app's `api.py` stands on it; `integration/api` assembles the routes and the schema.
"""
