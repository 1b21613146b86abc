from django.apps import AppConfig


class ThreadConfig(AppConfig):
    name = "integration.thread"
    label = "thread"
