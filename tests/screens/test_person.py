"""Language and theme are the person's own and are remembered."""

import pytest
from django.test import Client

from erp.identity.models import User


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", "ada@example.com", "a long password")


def test_language_and_theme_are_remembered(client: Client, ada: User) -> None:
    client.force_login(ada)
    client.post("/language/", {"language": "zh-hans", "next": "/go/"})
    client.post("/theme/", {"theme": "dark"})
    ada.refresh_from_db()
    assert (ada.language, ada.theme) == ("zh-hans", "dark")


def test_before_log_in_a_cookie_keeps_the_language(client: Client, db: None) -> None:
    assert client.post("/language/", {"language": "zh-hant"}).cookies["django_language"].value == "zh-hant"


@pytest.mark.parametrize("data", [{"language": "xx"}, {}, {"language": "../en"}])
def test_an_unknown_language_changes_nothing(client: Client, ada: User, data: dict[str, str]) -> None:
    client.force_login(ada)
    assert client.post("/language/", data).status_code == 302
    ada.refresh_from_db()
    assert ada.language == ""


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_redirect_leaves_the_site(client: Client, db: None, target: str) -> None:
    assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"
