"""What events are called on screen. Each app names its own in `AppConfig.ready`."""

from collections.abc import Mapping

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def register_event_labels(labels: Mapping[str, str | Promise]) -> None:
    """Name events by their type: {"sales_order.placed": _("Order placed")}."""
    _labels.update(labels)


def event_label(event_type: str) -> str:
    """The event in the reader's language; a type nobody named is shown as words."""
    return str(_labels.get(event_type) or event_type.replace(".", " ").replace("_", " ").capitalize())
