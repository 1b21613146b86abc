"""`manage.py load_demo`: the demo companies, once."""

import datetime
import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.units import run_unit
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.parties.models import Party
from integration.demo.actors import GOODS_IN, OPERATOR, SUPPLIER
from integration.demo.company import load_company, load_people
from integration.demo.history import play_history
from integration.demo.keys import read_env, write_env
from integration.demo.leftovers import leave_orders, leave_purchase, leave_tasks
from integration.demo.pipeline import load_pipeline

FIRST, SECOND = "northlight", "mingdeng"


class Command(BaseCommand):
    help = "Load the demo companies and leave the log-in in DATA_DIR/demo.env. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        path = settings.DATA_DIR / "demo.env"
        known = read_env(path)
        password = known.get("WEFT_PASSWORD") or secrets.token_urlsafe(9)
        made = False
        for name in (FIRST, SECOND):
            company, is_new = load_company(name, at=at)
            if is_new:
                actor = system_actor(company.pk, "demo")
                play_history(actor, time_zone=company.time_zone, at=at)
                chinese = company.country == "CN"
                run_unit(actor, lambda c=company, a=actor, z=chinese: load_pipeline(a, time_zone=c.time_zone, chinese=z, at=at))
                run_unit(actor, lambda c=company, a=actor: leave_orders(a, time_zone=c.time_zone, at=at))  # type: ignore[misc]
                run_unit(actor, lambda c=company, a=actor: leave_purchase(a, time_zone=c.time_zone, at=at))  # type: ignore[misc]
                made = True
            if is_new or not known:
                load_people(name, company, password)
            if is_new:
                run_unit(actor, lambda c=company, a=actor, z=chinese: leave_tasks(a, time_zone=c.time_zone, chinese=z, at=at))
        url = os.environ.get("WEFT_URL", "http://localhost:8000")
        if made or not known:
            company = Company.objects.get(code=FIRST)
            key = create_api_key(company=company, name="demo", role=Role.ADMINISTRATOR, at=at)
            known = {"WEFT_USER": "demo", "WEFT_PASSWORD": password, "WEFT_API_KEY": key}
        write_env(path, {"WEFT_URL": url, **{name: value for name, value in known.items() if name != "WEFT_URL"}})
        self._leave_keys_of_actors(url, at)
        self.stdout.write("demo companies loaded" if made else "demo companies are there")

    def _leave_keys_of_actors(self, url: str, at: datetime.datetime) -> None:
        """One for each supplier, one for the clerk who takes goods in, one for the operator; made once."""
        path = settings.DATA_DIR / "actors.env"
        known = {name: value for name, value in read_env(path).items() if name != "WEFT_URL"}
        if not known:
            company = Company.objects.get(code=FIRST)
            roles = {GOODS_IN: Role.WAREHOUSE_CLERK, OPERATOR: Role.PRODUCTION_OPERATOR}
            known = {name: create_api_key(company=company, name=name.lower(), role=role, at=at) for name, role in roles.items()}
            for pk, code in run_unit(system_actor(company.pk, "demo"), _suppliers):
                key = create_api_key(company=company, name=code, role=Role.SUPPLIER, party_id=pk, at=at)
                known[f"{SUPPLIER}{code}"] = key
        write_env(path, {"WEFT_URL": url, **known})


def _suppliers() -> list[tuple[int, str]]:
    return list(Party.objects.filter(is_supplier=True).order_by("code").values_list("pk", "code"))
