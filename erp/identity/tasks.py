"""What the worker does for the door."""

from celery import shared_task

from erp.identity.mails import send_due


@shared_task
def send_mails() -> None:
    """Send the mails that are due; swept by beat."""
    send_due()
