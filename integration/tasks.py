"""What the integration does on a schedule."""

import logging

from celery import shared_task
from django.core.management import CommandError, call_command

log = logging.getLogger(__name__)


@shared_task
def verify_books() -> None:
    """Every night: re-derive every stored total of every company; a difference is an error in the log."""
    try:
        call_command("verify")
    except (CommandError, SystemExit) as failed:
        log.error("verify found differences: %s", failed)
