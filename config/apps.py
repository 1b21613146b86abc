"""The project itself as an app: start-up checks and the tables of every app."""

import gc

from django.apps import AppConfig

YOUNG = 50_000  # objects made before the collector looks at the young ones


class WeftConfig(AppConfig):
    """Refuses to serve as a database log-in that could look through the walls between companies.

    What was loaded so far stays to the end: no collection of garbage looks at it again, nor do some thousand rows begin one.
    """

    name = "config"
    label = "weft"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from erp.core.login import refuse_privileged_login

        gc.freeze()
        gc.set_threshold(YOUNG, 20, 20)
        connection_created.connect(refuse_privileged_login, dispatch_uid="refuse_privileged_login")
