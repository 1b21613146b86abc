"""Weft as it is, with places where a test can stop a process in the middle of its work."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "tests.support.fault_points.FaultPoints"]
