"""Addresses of the kit itself; lists and documents belong to their apps."""

from django.urls import path

from erp.screens.views import comments, jump, kit, person

app_name = "screens"
urlpatterns = [
    path("go/", jump.jump, name="jump"),
    path("language/", person.language, name="language"),
    path("theme/", person.theme, name="theme"),
    path("comments/<slug:kind>/<int:pk>/", comments.comment, name="comment"),
    path("kit/", kit.kit, name="kit"),
    path("kit/products/", kit.kit_products, name="kit_products"),
]
