"""Addresses of background work."""

from django.urls import path

from erp.jobs import views
from erp.jobs.tables import JOBS
from erp.screens.views.lists import list_view

app_name = "jobs"
urlpatterns = [
    path("", list_view(JOBS), name="jobs"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/continue/", views.resume, name="resume"),
]
