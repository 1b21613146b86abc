"""Run as a program against empty servers: a company with lamps and cables in stock, no rope, whose orders
and returns go by themselves; prints an API key."""

import sys

import django

django.setup()

from erp.core import clock  # noqa: E402
from erp.identity.api_keys import create_api_key  # noqa: E402
from erp.identity.models import Company  # noqa: E402
from erp.identity.roles import Role  # noqa: E402
from tests.support.market import VERBS, open_market  # noqa: E402

if __name__ == "__main__":
    market = open_market(skus=("LAMP", "CABLE", "ROPE"), rules=(*VERBS, "credit"))
    market.receive({"LAMP": "100000", "CABLE": "100000"})
    company = Company.objects.get(pk=market.actor.company_id)
    sys.stdout.write(create_api_key(company=company, name="faults", role=Role.ADMINISTRATOR, at=clock.now()))
