"""Imports and references point down: config > integration > crm | scm > erp, and inside the ERP."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps as django_apps
from django.db import models

from tests.architecture.tree import ROOT, apps, floors, importlinter, points_down


def product_models() -> list[type[models.Model]]:
    return [model for model in django_apps.get_models(include_auto_created=True) if model._meta.app_config.name in apps()]


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_contract_ignores_anything() -> None:
    ignoring = [c["name"] for c in importlinter()["contracts"] if c.get("ignore_imports") or c.get("exhaustive_ignores")]
    assert ignoring == []
    assert importlinter()["root_packages"] == ["config", "integration", "crm", "scm", "erp"]


def test_every_app_of_the_suites_has_its_floor() -> None:
    missing = [name for name in apps() if name.split(".")[0] in {"erp", "crm", "scm"} and name not in floors()]
    assert missing == []


def test_models_refer_downwards_even_where_the_reference_is_a_string() -> None:
    upward = []
    for model in product_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                used = field.related_model._meta.app_config.name
                if used in apps() and not points_down(model._meta.app_config.name, used):
                    upward.append(f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}")
    assert upward == []


def test_the_direction_test_itself_notices_an_upward_reference() -> None:
    assert points_down("erp.sales", "erp.parties")
    assert points_down("crm.pipeline", "erp.sales")
    assert points_down("integration.relay", "crm.customers")
    assert not points_down("erp.parties", "erp.sales")
    assert not points_down("erp.sales", "crm.pipeline")
    assert not points_down("crm.pipeline", "crm.customers")
