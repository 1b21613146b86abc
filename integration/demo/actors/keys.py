"""The keys of the actors, left in a file for `run_actors`."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from erp.core.actor import system_actor
from erp.core.units import run_unit
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.parties.models import Party
from integration.demo.actors import CUSTOMER, GOODS_IN, OPERATOR, SUPPLIER
from integration.demo.keys import read_env, write_env


def leave_keys_of_actors(
    path: Path, company: Company, *, url: str, customers: Sequence[str], at: datetime.datetime, without: Sequence[str] = ()
) -> None:
    """One for each supplier except those `without` a program, one for the clerk who takes goods in, one for the operator, one for
    the bank of each of the customers; made once, kept from then on."""
    known = {name: value for name, value in read_env(path).items() if name != "WEFT_URL"}
    if not known:
        banks = {f"{CUSTOMER}{code}": Role.ACCOUNTANT for code in customers}
        roles = {GOODS_IN: Role.WAREHOUSE_CLERK, OPERATOR: Role.PRODUCTION_OPERATOR, **banks}
        known = {name: create_api_key(company=company, name=name.lower(), role=role, at=at) for name, role in roles.items()}
        for pk, code in run_unit(system_actor(company.pk, "demo"), _suppliers):
            if code in without:
                continue
            key = create_api_key(company=company, name=code, role=Role.SUPPLIER, party_id=pk, at=at)
            known[f"{SUPPLIER}{code}"] = key
    write_env(path, {"WEFT_URL": url, **known})


def _suppliers() -> list[tuple[int, str]]:
    rows = Party.objects.filter(is_supplier=True, active=True).order_by("code")
    return list(rows.values_list("pk", "code"))
