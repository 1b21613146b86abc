"""Addresses of threads."""

from django.urls import path

from integration.thread import views

app_name = "thread"
urlpatterns = [path("sales-orders/<int:pk>/", views.sales_order, name="sales_order")]
