"""Imported once by the server that forks the crowd: Django set up, no connection open."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()


def use(database: str) -> None:
    """Work in the database of the test."""
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    connections["default"].ensure_connection()


def leave() -> None:
    from django.db import connections

    connections.close_all()
