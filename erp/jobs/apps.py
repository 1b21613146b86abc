from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "erp.jobs"
    label = "jobs"

    def ready(self) -> None:
        from erp.jobs import permissions  # noqa: F401
