"""Founding the demo companies from their data files, through the same operations as people use."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft, save_approval_policies
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import CategoryDraft, ProductDraft, ProductUnitDraft
from erp.catalog.operations.save_categories import save_categories
from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor, system_actor
from erp.core.clock import local_date
from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.inventory.models import Receipt, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import AddressDraft, PartyDraft
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from integration.demo.factory import set_up_factory
from integration.founding import CompanyPlan, found_company

DATA = Path(__file__).parent / "data"
HISTORY_DAYS = 35


def load_company(name: str, *, at: datetime.datetime) -> tuple[Company, bool]:
    """Found the company of a data file with its master data, rules and opening stock; False if it was there."""
    data = tomllib.loads((DATA / f"{name}.toml").read_text())
    facts = data["company"]
    plan = CompanyPlan(
        code=facts["code"],
        name=facts["name"],
        currency_code=facts["currency"],
        time_zone=facts["time_zone"],
        country=facts["country"],
        chart=facts["chart"],
        taxes=tuple((code, label, Decimal(rate)) for code, label, rate in facts["taxes"]),
        warehouses=tuple((code, label) for code, label in facts["warehouses"]),
        first_year=at.year - 1,
        last_year=at.year + 1,
    )
    return found_company(plan, at=at, then=lambda actor: _master_data(data, actor, at))


def load_people(name: str, company: Company, password: str) -> list[tuple[str, str]]:
    """Create the company's people with one password and their roles, those of its suppliers too; return (username, role)."""
    people = tomllib.loads((DATA / f"{name}.toml").read_text())["people"]
    with company_scope(system_actor(company.pk, "demo"), read_only=True):
        suppliers = dict(Party.objects.filter(is_supplier=True).values_list("code", "pk"))
    for person in people:
        user, _made = User.objects.get_or_create(
            username=person["username"], defaults={"email": f"{person['username']}@example.com", "display_name": person["name"]}
        )
        user.is_staff = person["role"] == "administrator"
        user.set_password(password)
        user.save()
        Membership.objects.get_or_create(
            user=user, company=company, role=person["role"], party_id=suppliers.get(person.get("supplier", ""))
        )
    return [(person["username"], person["role"]) for person in people]


def _master_data(data: dict[str, Any], actor: Actor, at: datetime.datetime) -> None:
    today = local_date(at, data["company"]["time_zone"])
    tax = data["company"]["taxes"][0][0]
    rows = data["products"]["rows"]
    save_categories(categories=[CategoryDraft(code=c, name=n) for c, n in data["products"]["categories"]], actor=actor, at=at)
    product_ids = save_products(products=[_product(row, tax) for row in rows], actor=actor, at=at)
    save_parties(parties=_parties(data), actor=actor, at=at)
    save_rules(drafts=_rules(data["rules"], today), actor=actor, at=at)
    save_approval_policies(drafts=_approvals(data.get("approvals", {}).get("rows", []), today), actor=actor, at=at)
    stocked = [(pk, row) for pk, row in zip(product_ids, rows, strict=True) if Decimal(row[7])]
    opening = ReceiptDraft(
        warehouse_id=Warehouse.objects.order_by("pk").first().pk,  # type: ignore[union-attr]
        date=today - datetime.timedelta(days=HISTORY_DAYS),
        purpose=Receipt.Purpose.OPENING,
        lines=[ReceiptLineDraft(product_id=pk, quantity=Decimal(row[7]), unit_cost=Decimal(row[6])) for pk, row in stocked],
    )
    receive_goods(receipts=[opening], actor=actor, at=at - datetime.timedelta(days=HISTORY_DAYS))
    if factory := data.get("factory"):
        set_up_factory(factory, currency=data["company"]["currency"], today=today, actor=actor, at=at)


def _product(row: list[str], tax: str) -> ProductDraft:
    sku, name, category, kind, price, floor, _cost, _stock, *units = row
    return ProductDraft(
        sku=sku,
        name=name,
        category_code=category,
        kind=kind,
        unit_code="H" if kind == "service" and "S01" in sku else "PC",
        tax_code=tax,
        list_price=Decimal(price),
        price_floor=Decimal(floor) if floor else None,
        units=[ProductUnitDraft(code=code, numerator=int(pieces), barcode=barcode) for code, pieces, barcode in units],
        supply="make" if category in {"TABLE", "FLOOR", "PENDANT", "MADE"} else "buy",
    )


def _parties(data: dict[str, Any]) -> list[PartyDraft]:
    currency = data["company"]["currency"]
    customers = [
        PartyDraft(
            code=code,
            name=name,
            is_customer=True,
            currency_code=currency,
            payment_term_code=term,
            credit_limit=Decimal(limit) if limit else None,
            addresses=[AddressDraft(purpose="billing", city=city, country=country)],
        )
        for code, name, city, country, term, limit in data["customers"]["rows"]
    ]
    suppliers = [
        PartyDraft(code=code, name=name, is_supplier=True, currency_code=currency, payment_term_code="NET30")
        for code, name in data["suppliers"]["rows"]
    ]
    return customers + suppliers


def _approvals(rows: list[list[Any]], today: datetime.date) -> list[ApprovalPolicyDraft]:
    return [
        ApprovalPolicyDraft(
            kind=kind,
            name=name,
            from_amount=Decimal(amount),
            stages=[{"roles": roles} for roles in stages],
            valid_from_date=today - datetime.timedelta(days=HISTORY_DAYS),
        )
        for kind, name, amount, stages in rows
    ]


def _rules(limits: dict[str, str], today: datetime.date) -> list[RuleDraft]:
    start = today - datetime.timedelta(days=HISTORY_DAYS)
    return [
        RuleDraft(
            verb=verb,
            name=f"{verb.capitalize()} by itself",
            valid_from_date=start,
            limit_amount=Decimal(limit) if limit else None,
        )
        for verb, limit in limits.items()
    ]
