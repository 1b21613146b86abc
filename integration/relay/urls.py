"""Addresses of relay."""

from django.urls import URLPattern

app_name = "relay"
urlpatterns: list[URLPattern] = []
