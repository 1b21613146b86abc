"""Every model can be seen, reached by a program and found in the demo, or it is said why not."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.db import models
from django.urls import NoReverseMatch, reverse

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.scope import company_scope
from integration.api.routes import resources
from integration.demo.company import load_company
from integration.demo.history import play_history
from integration.relay.drain import drain
from tests.architecture.tree import apps
from tests.support.story import empty_all_tables

PART = "shown and sent with its document"
SYSTEM = "machinery of the platform"
BY_COMMAND = "managed by command for now"

# Where a person sees it: the name of a list, or the reason for none.
SCREENS: dict[str, str] = {
    "automation.ApprovalPolicy": "automation:policies",
    "automation.ApprovalRequest": "automation:approvals",
    "automation.Delegation": "automation:delegations",
    "automation.ExceptionItem": "automation:inbox",
    "automation.Rule": "automation:rules",
    "catalog.Product": "catalog:products",
    "identity.Membership": "people:people",
    "inventory.Adjustment": "inventory:adjustments",
    "inventory.Receipt": "inventory:receipts",
    "inventory.Count": "inventory:counts",
    "inventory.StockLevel": "inventory:levels",
    "inventory.StockMove": "inventory:moves",
    "documents.Task": "screens:tasks",
    "jobs.Job": "jobs:jobs",
    "inventory.Warehouse": "inventory:warehouses",
    "ledger.JournalEntry": "ledger:entries",
    "ledger.JournalLine": "ledger:lines",
    "ledger.LedgerAccount": "ledger:accounts",
    "ledger.OpenItem": "ledger:open_items",
    "ledger.Period": "ledger:periods",
    "parties.Party": "parties:parties",
    "pipeline.Opportunity": "pipeline:opportunities",
    "pipeline.Quotation": "pipeline:quotations",
    "receivables.CreditNote": "receivables:credit_notes",
    "receivables.Invoice": "receivables:invoices",
    "sales.Delivery": "sales:deliveries",
    "sales.SalesOrder": "sales:orders",
    "sales.SalesReturn": "sales:returns",
    "treasury.Payment": "treasury:payments",
    "manufacturing.BillOfMaterials": "manufacturing:boms",
    "manufacturing.WorkingCalendar": "manufacturing:calendars",
    "manufacturing.ManufacturingOrder": "manufacturing:orders",
    "payables.MatchTolerance": "payables:tolerances",
    "payables.VendorBill": "payables:bills",
    "purchasing.Agreement": "purchasing:agreements",
    "purchasing.PurchaseOrder": "purchasing:orders",
    "purchasing.PurchaseReturn": "purchasing:returns",
    "purchasing.Requisition": "purchasing:requisitions",
    "planning.ItemPolicy": "planning:policies",
    "planning.PlanMessage": "planning:messages",
    "planning.PlanRun": "planning:runs",
    "planning.Proposal": "planning:proposals",
}
NO_SCREEN: dict[str, str] = {
    "automation.ApprovalAnswer": PART,
    "automation.AutomaticStep": "on the timeline of its document",
    "catalog.Category": "a choice on the product",
    "catalog.ProductUnit": "shown and changed with its product",
    "core.Delivery": "the monitor shows what is due and parked",
    "core.EventRow": "the monitor and every timeline",
    "customers.Activity": "on the customer's page",
    "documents.Attachment": "on the page of its document",
    "documents.Comment": "on the timeline of its document",
    "documents.Follower": "the bell and the news",
    "documents.History": "on the timeline of its document",
    "documents.Series": BY_COMMAND,
    "identity.ApiKey": BY_COMMAND,
    "identity.Company": "the company switcher",
    "identity.IdempotencyRecord": SYSTEM,
    "identity.Mail": "the people list says who is invited; a mail that was given up is in the log",
    "identity.User": "the list of people",
    "inventory.AdjustmentLine": PART,
    "inventory.CountLine": PART,
    "inventory.ReceiptLine": PART,
    "inventory.Reservation": "on the line it is for",
    "inventory.ValueEntry": "on the voucher that books it",
    "jobs.BulkRun": "the page of its job tells it",
    "ledger.AccountBalance": "the trial balance sums it",
    "ledger.PostingAccount": "set by the chart template",
    "ledger.Settlement": "on the invoice and the payment",
    "parties.Address": PART,
    "parties.Contact": PART,
    "pipeline.QuotationLine": PART,
    "receivables.CreditNoteLine": PART,
    "receivables.InvoiceLine": PART,
    "reference.Currency": "a choice on documents",
    "reference.ExchangeRate": BY_COMMAND,
    "reference.PaymentTerm": "a choice on the party",
    "reference.TaxCode": "a choice on the product",
    "reference.Unit": "a choice on the product",
    "sales.DeliveryLine": PART,
    "sales.SalesOrderLine": PART,
    "sales.SalesReturnLine": PART,
    "screens.ListPreference": SYSTEM,
    "screens.Submission": SYSTEM,
    "treasury.BankAccount": "a choice on the payment",
    "manufacturing.BillOfMaterialsLine": PART,
    "manufacturing.CalendarDay": PART,
    "manufacturing.ComponentLine": PART,
    "payables.VendorBillLine": PART,
    "purchasing.AgreementLine": PART,
    "purchasing.PriceTier": PART,
    "purchasing.PurchaseOrderLine": PART,
    "purchasing.PurchaseReturnLine": PART,
    "purchasing.RequisitionLine": PART,
    "manufacturing.ProductionCompletion": "in the thread of its order",
    "manufacturing.ProductionIssue": "in the thread of its order",
    "manufacturing.ProductionIssueLine": PART,
    "manufacturing.WipFact": "the order shows what lies in it",
    "purchasing.Advice": "on the timeline of its order",
    "purchasing.AdviceLine": PART,
    "purchasing.AnswerOutcome": "on the timeline of its order",
    "purchasing.ClearingFact": "received and billed on the order line",
    "purchasing.GoodsReceiptLine": "received and rejected on the order line",
    "purchasing.OrderMessage": "the API of the order tells it",
    "purchasing.SupplierAnswer": "on the page of its order while it waits",
    "planning.Peg": "why, on the page of its proposal",
    "planning.PlanItem": PART,
}  # fmt: skip
NO_RESOURCE: dict[str, str] = {
    "automation.ApprovalAnswer": PART,
    "automation.AutomaticStep": "in the thread of its document",
    "catalog.ProductUnit": "shown and changed with its product",
    "customers.Activity": "events tells the same to programs",
    "documents.Follower": "a program reads the events",
    "documents.History": "events tells what happened",
    "documents.Series": BY_COMMAND,
    "identity.ApiKey": "a key must not make keys",
    "identity.Company": "whoami names the company of the key",
    "identity.IdempotencyRecord": SYSTEM,
    "identity.Mail": SYSTEM,
    "identity.Membership": "people are invited by people",
    "identity.User": "people are invited by people",
    "inventory.AdjustmentLine": PART,
    "inventory.CountLine": PART,
    "inventory.ReceiptLine": PART,
    "inventory.Reservation": "reserved on the stock level and the order line",
    "inventory.ValueEntry": "the journal entry tells the value",
    "jobs.BulkRun": "a program sends its rows in bulk",
    "ledger.AccountBalance": "trial-balance sums it",
    "ledger.JournalLine": PART,
    "ledger.PostingAccount": "set by the chart template",
    "ledger.Settlement": "allocations of the payment",
    "parties.Address": PART,
    "parties.Contact": PART,
    "pipeline.QuotationLine": PART,
    "receivables.CreditNoteLine": PART,
    "receivables.InvoiceLine": PART,
    "reference.Currency": "codes of ISO 4217",
    "reference.ExchangeRate": BY_COMMAND,
    "reference.PaymentTerm": "by code on the party",
    "reference.TaxCode": "by code on the product",
    "reference.Unit": "by code on the product",
    "sales.DeliveryLine": PART,
    "sales.SalesOrderLine": PART,
    "sales.SalesReturnLine": PART,
    "screens.ListPreference": SYSTEM,
    "screens.Submission": SYSTEM,
    "manufacturing.BillOfMaterialsLine": PART,
    "manufacturing.CalendarDay": PART,
    "manufacturing.ComponentLine": PART,
    "payables.VendorBillLine": PART,
    "purchasing.AgreementLine": PART,
    "purchasing.PriceTier": PART,
    "purchasing.PurchaseOrderLine": PART,
    "purchasing.PurchaseReturnLine": PART,
    "purchasing.RequisitionLine": PART,
    "manufacturing.ProductionCompletion": "the order tells what came out",
    "manufacturing.ProductionIssue": "the order tells what went in",
    "manufacturing.ProductionIssueLine": PART,
    "manufacturing.WipFact": "the order tells what lies in it",
    "purchasing.Advice": "events tells the same to programs",
    "purchasing.AdviceLine": PART,
    "purchasing.AnswerOutcome": "settled on the answer of the order",
    "purchasing.ClearingFact": "received and billed on the order line",
    "purchasing.GoodsReceiptLine": "received and rejected on the order line",
    "purchasing.OrderMessage": PART,
    "purchasing.SupplierAnswer": PART,
    "planning.Peg": "a proposal says what it is for on its page",
    "planning.PlanItem": PART,
}  # fmt: skip
# What founding the demo companies leaves empty, and what fills it.
STORY = "the demo story, played through web and worker"
NO_DEMO_ROW: dict[str, str] = {
    "automation.ApprovalAnswer": STORY,
    "automation.ApprovalRequest": STORY,
    "automation.AutomaticStep": STORY,
    "automation.Delegation": "nobody is away",
    "automation.ExceptionItem": STORY,
    "documents.Attachment": "people attach them",
    "documents.Comment": "people write them",
    "documents.Follower": "people follow",
    "documents.Task": "load_demo plans some for its people",
    "identity.ApiKey": "load_demo makes one",
    "identity.IdempotencyRecord": STORY,
    "identity.Mail": "people ask for a new password, or invite somebody",
    "identity.Membership": "load_demo makes the people",
    "identity.User": "load_demo makes the people",
    "jobs.BulkRun": "people tick many rows",
    "jobs.Job": "load_dataset runs one",
    "inventory.Count": "people count",
    "inventory.CountLine": "people count",
    "inventory.Reservation": STORY,
    "parties.Contact": "people add them",
    "pipeline.Opportunity": STORY,
    "pipeline.Quotation": STORY,
    "pipeline.QuotationLine": STORY,
    "reference.ExchangeRate": "the demo companies trade in their own currency",
    "screens.ListPreference": "people choose",
    "screens.Submission": "people press buttons",
    "manufacturing.ComponentLine": STORY,
    "manufacturing.ManufacturingOrder": STORY,
    "manufacturing.ProductionCompletion": STORY,
    "manufacturing.ProductionIssue": STORY,
    "manufacturing.ProductionIssueLine": STORY,
    "manufacturing.WipFact": STORY,
    "manufacturing.CalendarDay": "the demo works every day",
    "manufacturing.WorkingCalendar": "the demo works every day",
    "payables.VendorBill": STORY,
    "payables.VendorBillLine": STORY,
    "planning.Proposal": STORY,
    "purchasing.ClearingFact": STORY,
    "purchasing.GoodsReceiptLine": STORY,
    "purchasing.PurchaseOrder": STORY,
    "purchasing.PurchaseOrderLine": STORY,
    "purchasing.SupplierAnswer": STORY,
    "payables.MatchTolerance": "a company that wants other limits than 2 % of the price",
    "purchasing.Advice": "suppliers say what is on its way",
    "purchasing.AdviceLine": "suppliers say what is on its way",
    "purchasing.AnswerOutcome": "buyers settle counter-proposals",
    "purchasing.OrderMessage": "people and suppliers write",
    "purchasing.PurchaseReturn": "people send goods back",
    "purchasing.PurchaseReturnLine": "people send goods back",
    "purchasing.Requisition": "left for a buyer after the history",
    "purchasing.RequisitionLine": "left for a buyer after the history",
    "planning.Peg": STORY,
    "planning.PlanItem": STORY,
    "planning.PlanMessage": STORY,
    "planning.PlanRun": STORY,
}


def ours() -> dict[str, type[models.Model]]:
    return {m._meta.label: m for m in django_apps.get_models() if m._meta.app_config.name in apps()}


def test_every_model_has_a_screen_or_a_reason() -> None:
    assert SCREENS.keys() | NO_SCREEN.keys() == ours().keys()
    assert SCREENS.keys() & NO_SCREEN.keys() == set()
    missing = []
    for label, name in SCREENS.items():
        try:
            reverse(name)
        except NoReverseMatch:
            missing.append(f"{label}: {name}")
    assert missing == []


def resource_models() -> set[str]:
    found = set()
    for view in resources().values():
        rows: Any = getattr(view, "queryset", None)
        if rows is not None:
            found.add(rows.model._meta.label)
    return found


def test_every_model_has_an_api_resource_or_a_reason() -> None:
    reached = resource_models()
    assert ours().keys() - reached - NO_RESOURCE.keys() == set()
    assert reached & NO_RESOURCE.keys() == set(), "a reason for a resource that is there"
    assert NO_RESOURCE.keys() - ours().keys() == set()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[set[str]]:
    """Labels of the models that have rows once the first demo company is founded."""
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            company, _ = load_company("northlight", at=clock.now())
            actor = system_actor(company.pk, "demo")
            play_history(actor, time_zone=company.time_zone, at=clock.now())
            drain(max_seconds=60)
            with company_scope(actor, read_only=True):
                yield {label for label, model in ours().items() if model._default_manager.exists()}
        finally:
            empty_all_tables()


@pytest.mark.xdist_group("demo")
def test_every_model_has_a_row_in_the_demo_or_a_reason(demo: set[str]) -> None:
    assert ours().keys() - demo - NO_DEMO_ROW.keys() == set()
    assert {label for label in NO_DEMO_ROW if label in demo} == set(), "a reason for rows that are there"
    assert NO_DEMO_ROW.keys() - ours().keys() == set()
