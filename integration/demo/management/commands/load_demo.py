"""`manage.py load_demo`: the demo companies, once."""

import os
import secrets
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.units import run_unit
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import Role
from integration.demo.actors.keys import leave_keys_of_actors
from integration.demo.company import load_company, load_people
from integration.demo.history import play_history
from integration.demo.keys import read_env, write_env
from integration.demo.leftovers import (
    leave_order_with_a_person,
    leave_orders,
    leave_purchase,
    leave_requisition,
    leave_tasks,
)
from integration.demo.pipeline import load_pipeline

FIRST, SECOND = "northlight", "mingdeng"
PAYS_AT_ONCE, HAS_A_PERSON, ACTORS = "C-1008", "S-2002", "actors.env"


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
                zone = company.time_zone
                run_unit(actor, partial(leave_order_with_a_person, actor, supplier=HAS_A_PERSON, time_zone=zone, at=at))
                run_unit(actor, partial(leave_requisition, actor, time_zone=zone, chinese=chinese, at=at))
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
        company = Company.objects.get(code=FIRST)
        leave_keys_of_actors(
            settings.DATA_DIR / ACTORS, company, url=url, customers=[PAYS_AT_ONCE], without=[HAS_A_PERSON], at=at
        )
        self.stdout.write("demo companies loaded" if made else "demo companies are there")
