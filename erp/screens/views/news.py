"""News of followed documents: the page, the number beside the bell, following, having seen."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.event_labels import event_label
from erp.documents.news import News, cards_of_news, list_news
from erp.documents.operations.follow_documents import follow_documents, mark_news_seen, unfollow_documents
from erp.documents.registry import DocumentCard
from erp.identity.access import labels_of_actors
from erp.screens.views.guard import requires
from erp.screens.views.verbs import verb_view


@requires("")
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What happened to the documents I follow since I last looked, document by document."""
    found = list_news(request.actor)  # type: ignore[attr-defined]
    cards, who = cards_of_news(found), labels_of_actors({one.actor for one in found})
    grouped: dict[DocumentRef, list[tuple[str, str, News]]] = {}
    for one in found:
        grouped.setdefault(one.document, []).append((_words(one, cards.get(one.about)), who[one.actor], one))
    return render(
        request, "screens/news.html", {"groups": [(cards[ref], items) for ref, items in grouped.items() if ref in cards]}
    )


def _words(one: News, about: DocumentCard | None) -> str:
    if one.body:
        return one.body
    text = event_label(one.type)
    return f"{text}: {about.number}" if about and about.ref != one.document else text


@requires("")
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """For the bell: asked by the page after it was drawn, so that no page waits for it."""
    return JsonResponse({"count": len(list_news(request.actor))})  # type: ignore[attr-defined]


def _refs(kind: str, pk: int) -> list[DocumentRef]:
    return [DocumentRef(kind, pk)]


def _follow(request: HttpRequest, kind: str, pk: int) -> int:
    return follow_documents(documents=_refs(kind, pk), actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def _unfollow(request: HttpRequest, kind: str, pk: int) -> int:
    return unfollow_documents(documents=_refs(kind, pk), actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def _seen(request: HttpRequest) -> int:
    """Those named in the form, as they were on the page."""
    refs: Iterable[tuple[str, str, str]] = (text.partition(":") for text in request.POST.getlist("document"))
    documents = [DocumentRef(kind, int(pk)) for kind, _colon, pk in refs if pk.isascii() and pk.isdigit() and len(pk) < 19]
    return mark_news_seen(documents=documents, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


follow = verb_view(_follow, "", done=_("You will hear of this document."))
unfollow = verb_view(_unfollow, "", done=_("You will hear of this document no more."))
seen = verb_view(_seen, "", done=_("Marked as seen."))
