"""Where a request comes from, behind a known number of proxies and behind none."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy was called from; the caller's own where no proxy is trusted.

    Each proxy adds the address it was called from at the end of X-Forwarded-For; what stands before the entry of the
    outermost trusted one was written by the client and proves nothing. A request that came past a proxy, or an entry
    that is no address, counts under the address of whoever called us.
    """
    caller = str(request.META.get("REMOTE_ADDR", ""))
    trusted: int = settings.TRUSTED_PROXIES
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if trusted < 1 or len(hops) < trusted:
        return caller
    return _address(hops[-trusted].strip()) or caller


def _address(text: str) -> str:
    """The address without a port; "" if it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
