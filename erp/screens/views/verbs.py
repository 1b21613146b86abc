"""The generic verb view: POST, permission, one operation in one unit of work, a message, back to the page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.scope import is_scope_open
from erp.core.units import run_unit
from erp.screens import formats
from erp.screens.lists import BulkOutcome, Refused
from erp.screens.submissions import AlreadyDone, run_once
from erp.screens.views.guard import guarded

Perform = Callable[..., Any]
MOST_NAMED = 3  # rows an outcome calls by name


def verb_view(
    perform: Perform, permission: str, *, done: str | Promise, back: Callable[..., str] | None = None
) -> Callable[..., HttpResponseBase]:
    """The view of one verb, for urls.py: `path("<int:pk>/confirm/", verb_view(confirm, "sales.confirm", done=_("Confirmed.")))`.

    `perform(request, **url_kwargs)` calls ONE operation inside the unit of work opened here; what it returns fills
    %(result)s of `done`. A redirect goes to `back(**url_kwargs)`, else to the form's `next`, else to the referrer.
    """

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            result = run_once(request.actor, request.POST.get("token", ""), lambda: perform(request, **kwargs))  # type: ignore[attr-defined]
        except (BusinessRuleViolation, Refusals) as refusal:
            say_refused(request, refusal)
        except AlreadyDone as first:
            messages.info(
                request, _("Already done by %(who)s at %(time)s.") % {"who": first.by, "time": formats.clock_time(first.at)}
            )
        else:
            messages.success(request, str(done) % {"result": result})
        return go_back(request, back(**kwargs) if back else "")

    view.__name__ = getattr(perform, "__name__", "verb")
    return guarded(view, permission)


def seen_version(request: HttpRequest) -> str:
    """The version of the document that the page of the pressed verb showed, from the verb's `fields`; "" if it had none."""
    return str(request.POST.get("version", ""))


def say_refused(request: HttpRequest, refusal: BusinessRuleViolation | Refusals) -> None:
    """Put each refusal on the page as its sentence with the remedy."""
    for one in each_refusal(refusal):
        messages.error(request, one.sentence)


def each_refusal(refusal: BusinessRuleViolation | Refusals) -> list[BusinessRuleViolation]:
    return refusal.refusals if isinstance(refusal, Refusals) else [refusal]


def go_back(request: HttpRequest, url: str = "") -> HttpResponse:
    """Redirect to the url, the form's `next`, the referrer or home; never to another host. htmx follows by itself."""
    for target in (url, request.POST.get("next", ""), request.headers.get("Referer", "")):
        if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            if request.headers.get("HX-Request") == "true":
                return HttpResponse(status=204, headers={"HX-Redirect": target})
            return HttpResponseRedirect(target)
    return HttpResponseRedirect("/")


def _alone(actor: Actor, work: Callable[[], Any]) -> None:
    """In a unit of work of its own; inside one that is open already (background work) a refusal undoes this part alone."""
    if is_scope_open():
        with transaction.atomic():
            work()
    else:
        run_unit(actor, work)


def bulk_each(request: HttpRequest, ids: list[int], perform: Callable[[int], Any], label: Callable[[int], str]) -> BulkOutcome:
    """Run a verb on each row in a unit of work of its own: what is refused does not stop the rest."""
    refused, done = [], []
    for key in ids:
        try:
            _alone(request.actor, lambda key=key: perform(key))  # type: ignore[attr-defined,misc]
            done.append(key)
        except (BusinessRuleViolation, Refusals) as refusal:
            refused.append(Refused(label(key), " ".join(one.sentence for one in each_refusal(refusal))))
    return BulkOutcome(done=len(done), refused=refused, names=[label(key) for key in done] if len(done) <= MOST_NAMED else [])
