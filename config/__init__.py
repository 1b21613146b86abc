"""Composition root: settings, URLs, Celery application, embedded services. No business word lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
