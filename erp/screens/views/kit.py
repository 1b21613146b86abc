"""The kit page: every component in every state, for the people who build screens and for the first browser test."""

import json
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from erp.screens.kit_samples import documents as document_samples
from erp.screens.kit_samples import editor as editor_samples
from erp.screens.kit_samples import lists as list_samples
from erp.screens.lists import FAMILIES
from erp.screens.views.guard import requires

TOKENS = (
    "page",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "muted",
    "accent",
    "accent-soft",
    "open",
    "waiting",
    "done",
    "bad",
)
PARTS = ("basics", "list", "document", "thread", "dashboard", "form")


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As it stands on documents."))
    quantity = forms.DecimalField(label=_("Quantity"), min_value=1)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", _("Stocked")), ("b", _("Service"))])
    agreed = forms.BooleanField(label=_("Active"), required=False)


@requires("", staff=True)
def kit(request: HttpRequest) -> HttpResponse:
    """One part of the kit at a time (?part=), so that each is a page like those it is used on."""
    part = request.GET.get("part", "basics")
    context = {"part": part if part in PARTS else "basics", "parts": PARTS, "families": FAMILIES, "tokens": TOKENS}
    template = "screens/document.html" if part == "document" else "screens/kit.html"
    return render(request, template, context | _samples(part))


@requires("", staff=True)
def kit_products(request: HttpRequest) -> HttpResponse:
    """Answers the sample lines editor: suggestions, look-ups, and a refusal of whatever is sent."""
    if request.method == "GET":
        return JsonResponse({"products": editor_samples.suggestions(request.GET.get("q", ""))})
    sent = json.loads(request.body)
    if "products" in sent:
        return JsonResponse({"products": editor_samples.products(sent["products"])})
    refusal = {"field": "lines.1.quantity", "message": _("Others are changing the same records right now.")}
    return JsonResponse({"errors": [refusal]}, status=422)


def _samples(part: str) -> dict[str, object]:
    if part == "list":
        return {
            "screen": list_samples.SCREEN,
            "page": list_samples.full_page(),
            "outcome": list_samples.OUTCOME,
            "kit_open": True,
            "empty": list_samples.empty_page(narrowed=False),
            "nothing": list_samples.empty_page(narrowed=True),
        }
    if part == "document":
        return {"document": document_samples.document()}
    if part == "thread":
        return {"thread": document_samples.thread()}
    if part == "dashboard":
        return {"figures": document_samples.figures(), "charts": document_samples.charts()}
    if part == "form":
        form = SampleForm({"name": "", "quantity": "0", "kind": "b"})
        form.is_valid()
        return {"form": form, "fresh": SampleForm(), "editor": editor_samples.editor()}
    levels = [
        ("success", _("Confirmed.")),
        ("info", _("Already done by %(who)s at %(time)s.") % {"who": "Ada Brandt", "time": "14:02"}),
        ("error", _("Others are changing the same records right now.")),
    ]
    return {"samples": [SimpleNamespace(level_tag=level, text=text) for level, text in levels]}
