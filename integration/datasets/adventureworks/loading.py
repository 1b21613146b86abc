"""Loading AdventureWorks through the operations, step by step, as a job that goes on after a kill."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import CategoryDraft, ProductDraft, ProductUnitDraft
from erp.catalog.models import Product
from erp.catalog.operations.save_categories import save_categories
from erp.catalog.operations.save_products import save_products
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.clock import local_date
from erp.core.money import round_half_up
from erp.core.rows import insert_rows, update_rows
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.inventory.models import Receipt, StockLevel, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.jobs.models import Job
from erp.jobs.rules import Chunk
from erp.jobs.runner import Step, run_chunks
from erp.manufacturing.drafts import BomDraft, BomLineDraft
from erp.manufacturing.models import BillOfMaterials, BillOfMaterialsLine
from erp.manufacturing.operations.save_bills import save_bills
from erp.parties.drafts import PartyDraft
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.models import Agreement, AgreementLine
from erp.purchasing.operations.save_agreements import save_agreements
from erp.reference.models import Unit
from integration.datasets.adventureworks.history import control_history, load_currencies, load_orders, remarks_of_history
from integration.datasets.adventureworks.records import PACKS, PIECE, BillRow, Records, SourceRow, read
from integration.datasets.loader import JOB
from integration.datasets.statistics import refresh_statistics
from integration.founding import CompanyPlan, found_company
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.models import ItemPolicy
from scm.planning.operations.save_policies import save_policies

NAME, SOURCE = "adventureworks", "adventureworks"
UNITS = [("OZ", "Ounce", "mass", 28349523, 1000000000, 4), ("IN", "Inch", "length", 254, 10000, 4)]
VERBS = ("confirm", "reserve", "deliver", "invoice", "accept", "issue", "release", "pay")


@dataclass(frozen=True)
class Loaded:
    """What came of a load: the company, the job with its report, the control totals and what was not taken as it stands."""

    company: Company
    job: Job
    control: list[tuple[str, Decimal, Decimal]]
    remarks: list[str]
    loaded_now: bool

    @property
    def reconciles(self) -> bool:
        return all(of_file == in_weft for _name, of_file, in_weft in self.control)


def load(path: Path, *, company_code: str | None = None, tell: Callable[[str], None] = lambda line: None) -> Loaded:
    """Load the folder into its company, or go on where a load was interrupted; raises DatasetError."""
    records = read(path)
    at = clock.now()
    plan = CompanyPlan(
        code=company_code or NAME,
        name="Adventure Works Cycles",
        currency_code="USD",
        time_zone="America/New_York",
        country="US",
        chart="international",
        taxes=(("ZERO", "Zero rate", Decimal(0)),),
        warehouses=(("AW", "All locations"),),
        first_year=at.year - 1,
        last_year=at.year + 1,
    )
    company, _new = found_company(plan, at=at)
    actor = system_actor(company.pk, "dataset")
    loader = Loader(records, local_date(at, company.time_zone), tell)
    done_before = _is_done(actor)
    job = run_chunks(kind=JOB, key=NAME, steps=loader.steps(), actor=actor)
    with company_scope(actor, read_only=True):
        found = control(records)
    return Loaded(company, job, found, remarks(records), not done_before)


def _is_done(actor: Actor) -> bool:
    with company_scope(actor, read_only=True):
        return Job.objects.filter(kind=JOB, key=NAME, state=Job.State.DONE).exists()


class Loader:
    """Each step is one transaction with the job's cursor. `today` dates the opening stock."""

    def __init__(self, records: Records, today: datetime.date, tell: Callable[[str], None]) -> None:
        self.records, self.today, self.tell = records, today, tell
        self.units = records.units()

    def steps(self) -> list[Step]:
        work: Sequence[tuple[str, int, Callable[[dict[str, Any]], int]]] = (
            ("Units and categories", 1, self._categories),
            ("Products", 5, self._products),
            ("Vendors", 2, self._vendors),
            ("Stores", 4, self._stores),
            ("Opening stock", 4, self._opening),
            ("Bills of materials", 8, self._bills),
            ("Agreements", 8, self._agreements),
            ("Currencies", 3, self._currencies),
            ("Vendors out of use", 1, self._retire),
            ("Item policies", 3, self._policies),
            ("Rules", 1, self._rules),
        )
        history = Step("Purchase history", 12, self._history)
        return [*(Step(title, weight, self._chunk(title, run)) for title, weight, run in work), history]

    def _chunk(self, title: str, run: Callable[[dict[str, Any]], int]) -> Callable[[Any, Actor, datetime.datetime], Chunk]:
        def chunk(_position: Any, actor: Actor, at: datetime.datetime) -> Chunk:
            began = clock.now()
            count = run({"actor": actor, "at": at})
            refresh_statistics()
            self.tell(f"{title}: {count:,} in {(clock.now() - began).total_seconds():.1f} s")
            return Chunk(position=None, done=1, of=1, report={title: count})

        return chunk

    def _history(self, position: Any, actor: Actor, at: datetime.datetime) -> Chunk:
        """A few hundred orders in each transaction."""
        began, start, of = clock.now(), int(position or 0), len(self.records.orders)
        of_files: dict[str, Any] = {"products": product_ids(), "suppliers": _suppliers(), "warehouse": _warehouse()}
        count = load_orders(self.records, start, **of_files, by={"actor": actor, "at": at})
        refresh_statistics()
        self.tell(f"Purchase history: {start + count:,} of {of:,} orders in {(clock.now() - began).total_seconds():.1f} s")
        end = start + count
        return Chunk(position=end if end < of else None, done=end, of=of, report={"Purchase history": count})

    def _currencies(self, _by: dict[str, Any]) -> int:
        return load_currencies(self.records)

    def _categories(self, by: dict[str, Any]) -> int:
        insert_rows(Unit, ["code", "name", "dimension", "numerator", "denominator", "decimals"], UNITS)
        drafts = [CategoryDraft(code=f"C{pk}", name=name) for pk, name in self.records.subcategories]
        return len(save_categories(categories=drafts, **by))

    def _products(self, by: dict[str, Any]) -> int:
        packs: dict[int, set[str]] = {}
        for source in self.records.sources:
            if source.unit in PACKS:
                packs.setdefault(source.product, set()).add(source.unit)
        drafts = [
            ProductDraft(
                sku=p.number,
                name=p.name,
                category_code=f"C{p.subcategory}" if p.subcategory else "",
                unit_code=self.units.get(p.id, "PC"),
                tax_code="ZERO",
                list_price=p.list_price,
                supply="make" if p.made else "buy",
                units=[ProductUnitDraft(code=code, numerator=PACKS[code]) for code in sorted(packs.get(p.id, ()))],
                external_source=SOURCE,
                external_ref=str(p.id),
            )
            for p in self.records.products
        ]
        return len(save_products(products=drafts, **by))

    def _vendors(self, by: dict[str, Any]) -> int:
        drafts = [
            PartyDraft(
                code=v.code,
                name=v.name,
                is_supplier=True,
                currency_code="USD",
                payment_term_code="NET0",
                external_source=SOURCE,
                external_ref=f"vendor {v.id}",
            )
            for v in self.records.vendors
        ]
        return len(save_parties(parties=drafts, **by))

    def _stores(self, by: dict[str, Any]) -> int:
        drafts = [
            PartyDraft(
                code=s.code,
                name=s.name,
                is_customer=True,
                currency_code="USD",
                payment_term_code="NET0",
                external_source=SOURCE,
                external_ref=f"store {s.id}",
            )
            for s in self.records.stores
        ]
        return len(save_parties(parties=drafts, **by))

    def _opening(self, by: dict[str, Any]) -> int:
        ids, costs = product_ids(), {p.id: p.cost for p in self.records.products}
        lines = [
            ReceiptLineDraft(product_id=ids[pk], quantity=Decimal(count), value=round_half_up(count * costs[pk], 2))
            for pk, count in sorted(self.records.stock.items())
            if count
        ]
        draft = ReceiptDraft(warehouse_id=_warehouse(), date=self.today, purpose=Receipt.Purpose.OPENING, lines=lines)
        receive_goods(receipts=[draft], **by)
        return len(lines)

    def _bills(self, by: dict[str, Any]) -> int:
        ids, heads = product_ids(), assemblies(self.records.bills)
        drafts = [
            BomDraft(
                product_id=ids[assembly],
                valid_from_date=min(row.start for row in rows),
                external_source=SOURCE,
                external_ref=str(assembly),
                lines=[
                    BomLineDraft(
                        component_id=ids[row.component],
                        quantity=row.quantity,
                        valid_from_date=row.start,
                        valid_to_date=row.end,
                    )
                    for row in rows
                ],
            )
            for assembly, rows in sorted(heads.items())
        ]
        return len(save_bills(bills=drafts, **by))

    def _agreements(self, by: dict[str, Any]) -> int:
        ids, suppliers = product_ids(), _suppliers()
        rows: dict[int, list[SourceRow]] = {}
        for source in self.records.sources:
            rows.setdefault(source.vendor, []).append(source)
        preferred = {v.id: v.preferred for v in self.records.vendors}
        drafts = [
            AgreementDraft(
                supplier_id=suppliers[vendor],
                currency_code="USD",
                valid_from_date=self.today.replace(month=1, day=1),
                preferred=preferred[vendor],
                external_source=SOURCE,
                external_ref=str(vendor),
                lines=[
                    AgreementLineDraft(
                        product_id=ids[s.product],
                        unit="" if s.unit == PIECE else s.unit,
                        lead_days=s.lead_days,
                        min_quantity=Decimal(s.minimum),
                        max_quantity=Decimal(s.maximum),
                        tiers=[TierDraft(price=s.price)],
                    )
                    for s in sources
                ],
            )
            for vendor, sources in sorted(rows.items())
        ]
        return len(save_agreements(agreements=drafts, **by))

    def _retire(self, _by: dict[str, Any]) -> int:
        suppliers = _suppliers()
        gone = [suppliers[v.id] for v in self.records.vendors if not v.active]
        return update_rows(Party, ["active"], [(pk, False) for pk in gone])

    def _policies(self, by: dict[str, Any]) -> int:
        ids, warehouse = product_ids(), _warehouse()
        drafts = [
            ItemPolicyDraft(
                product_id=ids[p.id], warehouse_id=warehouse, safety_stock=Decimal(p.safety_stock), make_days=p.days_to_make
            )
            for p in self.records.products
        ]
        return len(save_policies(policies=drafts, **by))

    def _rules(self, by: dict[str, Any]) -> int:
        start = self.today.replace(month=1, day=1)
        drafts = [RuleDraft(verb=verb, name=f"{verb.capitalize()} by itself", valid_from_date=start) for verb in VERBS]
        save_rules(drafts=drafts, **by)
        return len(drafts)


def assemblies(bills: Sequence[BillRow]) -> dict[int, list[BillRow]]:
    """The rows of each assembly, those without one left out."""
    heads: dict[int, list[BillRow]] = {}
    for row in bills:
        if row.assembly is not None:
            heads.setdefault(row.assembly, []).append(row)
    return heads


def product_ids() -> dict[int, int]:
    """Our ids by those of the files."""
    rows = Product.objects.filter(external_source=SOURCE).values_list("external_ref", "id")
    return {int(ref): pk for ref, pk in rows}


def _suppliers() -> dict[int, int]:
    rows = Party.objects.filter(external_source=SOURCE, is_supplier=True).values_list("external_ref", "id")
    return {int(ref.removeprefix("vendor ")): pk for ref, pk in rows}


def _warehouse() -> int:
    return Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]


def control(records: Records) -> list[tuple[str, Decimal, Decimal]]:
    """Each control total as the files have it and as the company has it."""
    costs = {p.id: p.cost for p in records.products}
    value = sum((round_half_up(n * costs[pk], 2) for pk, n in records.stock.items()), Decimal(0))
    lines = [row for row in records.bills if row.assembly is not None]
    levels = list(StockLevel.objects.values_list("on_hand", "value"))
    bom_lines = BillOfMaterialsLine.objects.values_list("quantity", flat=True)
    agreed = AgreementLine.objects.filter(agreement__external_source=SOURCE)
    pairs: list[tuple[str, int | Decimal, int | Decimal]] = [
        ("products", len(records.products), Product.objects.filter(external_source=SOURCE).count()),
        ("of them made", sum(p.made for p in records.products), Product.objects.filter(supply="make").count()),
        (
            "safety stock",
            sum(p.safety_stock for p in records.products),
            _sum(ItemPolicy.objects.values_list("safety_stock", flat=True)),
        ),
        ("assemblies", len(assemblies(records.bills)), BillOfMaterials.objects.count()),
        ("bill lines", len(lines), len(bom_lines)),
        ("quantity of bill lines", sum((row.quantity for row in lines), Decimal(0)), _sum(bom_lines)),
        ("vendors", len(records.vendors), Party.objects.filter(is_supplier=True).count()),
        ("agreements", len({s.vendor for s in records.sources}), Agreement.objects.count()),
        ("agreement lines", len(records.sources), agreed.count()),
        (
            "sum of prices",
            sum((s.price for s in records.sources), Decimal(0)),
            _sum(agreed.values_list("tiers__price", flat=True)),
        ),
        ("sum of lead days", sum(s.lead_days for s in records.sources), _sum(agreed.values_list("lead_days", flat=True))),
        ("stores", len(records.stores), Party.objects.filter(is_customer=True).count()),
        ("pieces in stock", sum(records.stock.values()), _sum(level[0] for level in levels)),
        ("value of stock", value, _sum(level[1] for level in levels)),
    ]
    return [(name, Decimal(of_file), Decimal(in_weft)) for name, of_file, in_weft in pairs] + control_history(records)


def _sum(values: Any) -> Decimal:
    return sum((Decimal(value) for value in values), Decimal(0))


def remarks(records: Records) -> list[str]:
    """What was not taken as it stands, and why."""
    tops = sum(row.assembly is None for row in records.bills)
    ended = sum(row.assembly is not None and row.end is not None for row in records.bills)
    heads = assemblies(records.bills)
    without = [p.number for p in records.products if p.made and p.id not in heads]
    free = sum(1 for p in records.products if not p.cost and records.stock.get(p.id))
    on_order = [s.on_order for s in records.sources if s.on_order]
    return [
        f"BillOfMaterials: {tops} rows without an assembly say that a product is sold; {ended} lines have ended and are kept.",
        f"Product: {', '.join(without)} made, without a bill of materials: nothing can be planned for it.",
        f"Product: {sum(p.ended for p in records.products)} are no longer sold by the file; all are kept active.",
        f"ProductInventory: {free} products lie there at a standard cost of 0; their value is 0.",
        f"ProductVendor: OnOrderQty ({sum(on_order):,} on {len(on_order)} rows) has no order behind it and is left out.",
        f"ProductVendor: {sum(s.unit in PACKS for s in records.sources)} rows are in packs: "
        + ", ".join(f"{code} = {count}" for code, count in PACKS.items()),
        f"Vendor: {sum(not v.active for v in records.vendors)} are out of use and are not chosen.",
        f"Customer: {records.nameless:,} rows have no name in the files and are left out; stores are loaded by their own row.",
        *remarks_of_history(records),
    ]
