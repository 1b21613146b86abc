"""Home: my work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from erp.screens.views.guard import requires


@requires("")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me: exceptions of my role, counts that open their lists."""
    return render(request, "integration/dashboards/home.html", {"figures": []})
