"""Everything below /api/v1/."""

from django.urls import path, re_path

from integration.api.documents import DocsView, SchemaView
from integration.api.problems import unknown_url
from integration.api.routes import resource_urls

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    *resource_urls(),
    re_path("", unknown_url),
]
