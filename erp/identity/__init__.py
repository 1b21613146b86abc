"""Who may come in: companies, users, memberships with a role, API keys, and the mails that let people in.

Refuses business data. Words: *company* (one set of books and one wall), *member*, *role*, *permission* (declared by
each app beside its operations), *API key* (hashed, scoped, expiring), *mail* (a row first).
"""
