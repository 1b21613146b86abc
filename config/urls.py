"""Every URL of the product, by area."""

from django.urls import include, path

urlpatterns = []
