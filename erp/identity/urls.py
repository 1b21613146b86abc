"""Addresses of the door."""

from django.urls import path

from erp.identity import views

app_name = "identity"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("password/", views.lost_password, name="password_reset"),
    path("password/sent/", views.lost_password_sent, name="password_reset_done"),
    path("password/<uidb64>/<token>/", views.new_password, name="password_reset_confirm"),
    path("password/saved/", views.new_password_saved, name="password_reset_complete"),
    path("welcome/<uidb64>/<token>/", views.invitation, name="invitation"),
    path("company/", views.switch_company, name="switch_company"),
]
