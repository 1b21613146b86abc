"""Quick jump: a typed or scanned number opens its document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from erp.documents.registry import find_by_number
from erp.screens.navigation import list_entries
from erp.screens.views.guard import requires


@requires("")
def jump(request: HttpRequest) -> HttpResponse:
    """Redirect to the document with the number in ?q=, else to the one screen of that name, else say so."""
    asked = request.GET.get("q", "").strip()[:80]
    url = find_by_number(asked, request.actor.can) if asked else None  # type: ignore[attr-defined]
    if url:
        return redirect(url)
    words = asked.casefold()
    entries = list_entries(request.actor, staff=request.user.is_staff)  # type: ignore[attr-defined]
    hits = [entry for entry in entries if asked and words in str(entry.label).casefold()]
    if len(hits) == 1:
        return redirect(hits[0].url_name)
    return render(request, "screens/not_found_number.html", {"asked": asked, "hits": hits}, status=404)
