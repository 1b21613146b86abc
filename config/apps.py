"""The project itself as an app: start-up checks and the tables of every app."""

from django.apps import AppConfig


class WeftConfig(AppConfig):
    """Refuses to serve as a database log-in that could look through the walls between companies."""

    name = "config"
    label = "weft"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from erp.core.login import refuse_privileged_login

        connection_created.connect(refuse_privileged_login, dispatch_uid="refuse_privileged_login")
