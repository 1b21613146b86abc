"""Run as a program against empty servers: a company with lamps and cables in stock and no rope, whose orders and returns go by
themselves, and a factory of lanterns that has nothing at all. Leaves the keys of its suppliers, clerks and of the bank of POOR
for `run_actors`; prints an API key."""

import os
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from erp.core import clock  # noqa: E402
from erp.identity.api_keys import create_api_key  # noqa: E402
from erp.identity.models import Company  # noqa: E402
from erp.identity.roles import Role  # noqa: E402
from integration.demo.actors.keys import leave_keys_of_actors  # noqa: E402
from tests.support.market import VERBS, open_market  # noqa: E402
from tests.support.works import found_works  # noqa: E402

MADE = ("LANTERN", "FRAME", "WIRE")
RULES = (*VERBS, "credit", "accept", "issue", "release", "pay")

if __name__ == "__main__":
    market = open_market(skus=("LAMP", "CABLE", "ROPE", *MADE), rules=RULES)
    market.limit("POOR", "1000000")
    market.receive({"LAMP": "100000", "CABLE": "100000"})
    market.unit(lambda: found_works(market, MADE, term="NET0"))
    company, at = Company.objects.get(pk=market.actor.company_id), clock.now()
    url = f"http://127.0.0.1:{os.environ['PORT']}"
    leave_keys_of_actors(settings.DATA_DIR / "actors.env", company, url=url, customers=["POOR"], at=at)
    sys.stdout.write(create_api_key(company=company, name="faults", role=Role.ADMINISTRATOR, at=at))
