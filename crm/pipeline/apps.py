from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "crm.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        from crm.pipeline import permissions  # noqa: F401  (declares what the roles may do)
