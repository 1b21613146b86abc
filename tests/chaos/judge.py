"""What came of what was accepted: counted in the database above all walls, by ids that the clients were told."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.load import MADE, MAKES_TO_ORDER, Load
from tests.support.fault_site import FaultSite

TABLES = {
    "quotation": "pipeline_quotation",
    "order": "sales_salesorder",
    "payment": "treasury_payment p WHERE direction = 'in' AND NOT EXISTS"
    " (SELECT 1 FROM receivables_invoice i WHERE i.number = p.memo)",
    "receipt": "inventory_receipt r WHERE NOT EXISTS (SELECT 1 FROM purchasing_goodsreceiptline g WHERE g.receipt_id = r.id)",
    "sales_return": "sales_salesreturn",
    "adjustment": "inventory_adjustment",
}
FACTORY = (MADE, "FRAME", "WIRE")
# id, and pairs of (what there is, what there must be)
CHAINS = {
    "order": """
        SELECT o.id, o.state = 'invoiced', count(DISTINCT d.id), 1, count(DISTINCT d.invoice_id), 1,
               count(DISTINCT i.id), 1, count(DISTINCT m.id), count(DISTINCT l.id)
        FROM sales_salesorder o JOIN sales_salesorderline l ON l.order_id = o.id
        LEFT JOIN sales_delivery d ON d.order_id = o.id
        LEFT JOIN core_event e ON e.type = 'invoice.posted' AND e.payload @> jsonb_build_object('source_id', d.id)
        LEFT JOIN receivables_invoice i ON i.id = e.aggregateid
        LEFT JOIN inventory_stockmove m ON m.kind = 'delivery' AND m.document_id = d.id
        WHERE NOT o.id = ANY(%(cancelled)s) GROUP BY o.id
    """,
    "cancelled order": """
        SELECT o.id, o.state = 'cancelled', count(d.id), 0 FROM sales_salesorder o
        LEFT JOIN sales_delivery d ON d.order_id = o.id WHERE o.id = ANY(%(cancelled)s) GROUP BY o.id
    """,
    "sales return": """
        SELECT r.id, r.credit_note_id IS NOT NULL, count(DISTINCT n.id), 1, count(DISTINCT m.id), count(DISTINCT l.id)
        FROM sales_salesreturn r JOIN sales_salesreturnline l ON l.sales_return_id = r.id
        LEFT JOIN core_event e ON e.type = 'credit_note.posted' AND e.payload @> jsonb_build_object('source_id', r.id)
        LEFT JOIN receivables_creditnote n ON n.id = e.aggregateid
        LEFT JOIN inventory_stockmove m ON m.kind = 'sales_return' AND m.document_id = r.id GROUP BY r.id
    """,
    "payment": """
        SELECT p.id, true, count(j.id), 1 FROM treasury_payment p
        LEFT JOIN ledger_journalentry j ON j.kind = 'payment' AND j.document_id = p.id GROUP BY p.id
    """,
    "receipt": """
        SELECT r.id, true, count(DISTINCT m.id), count(DISTINCT l.id) FROM inventory_receipt r
        JOIN inventory_receiptline l ON l.receipt_id = r.id
        LEFT JOIN inventory_stockmove m ON m.kind = 'receipt' AND m.document_id = r.id GROUP BY r.id
    """,
    "goods received": """
        SELECT r.id, true, count(DISTINCT m.id), count(DISTINCT g.id) FROM inventory_receipt r
        JOIN purchasing_goodsreceiptline g ON g.receipt_id = r.id
        LEFT JOIN inventory_stockmove m ON m.kind = 'receipt' AND m.document_id = r.id GROUP BY r.id
    """,
    "purchase order": """
        SELECT o.id, o.state = 'received', sum(l.received), sum(l.quantity), sum(l.billed), sum(l.quantity),
               sum((SELECT sum(accepted) FROM purchasing_goodsreceiptline g WHERE g.order_line_id = l.id)), sum(l.quantity),
               sum((SELECT count(*) FROM purchasing_supplieranswer a WHERE a.line_id = l.id)), count(*),
               sum((SELECT sum(v.quantity) FROM payables_vendorbillline v
                    WHERE v.source_kind = 'purchase_order_line' AND v.source_id = l.id)), sum(l.quantity)
        FROM purchasing_purchaseorder o JOIN purchasing_purchaseorderline l ON l.order_id = o.id GROUP BY o.id
    """,
    "vendor bill": """
        SELECT b.id, b.state = 'posted', count(DISTINCT j.id), 1, count(DISTINCT s.id) FILTER (WHERE s.residual = 0), 1
        FROM payables_vendorbill b
        LEFT JOIN ledger_journalentry j ON j.kind = 'vendor_bill' AND j.document_id = b.id
        LEFT JOIN ledger_openitem s ON s.kind = 'vendor_bill' AND s.document_id = b.id GROUP BY b.id
    """,
    "manufacturing order": """
        SELECT o.id, o.state = 'closed', o.completed, o.quantity,
               (SELECT sum(good) FROM manufacturing_productioncompletion c WHERE c.order_id = o.id), o.quantity,
               (SELECT sum(m.quantity) FROM inventory_stockmove m JOIN manufacturing_productioncompletion c
                ON m.kind = 'production_completion' AND m.document_id = c.id WHERE c.order_id = o.id), o.quantity,
               (SELECT sum(issued) FROM manufacturing_componentline l WHERE l.order_id = o.id),
               (SELECT sum(required) FROM manufacturing_componentline l WHERE l.order_id = o.id)
        FROM manufacturing_manufacturingorder o
    """,
    "invoice of the factory": """
        SELECT i.id, true, count(DISTINCT p.id), 1, count(DISTINCT s.id) FILTER (WHERE s.residual = 0), 1
        FROM receivables_invoice i JOIN parties_party c ON c.id = i.customer_id AND c.code = %(to_order)s
        LEFT JOIN treasury_payment p ON p.memo = i.number AND p.direction = 'in'
        LEFT JOIN ledger_openitem s ON s.kind = 'invoice' AND s.document_id = i.id GROUP BY i.id
    """,
    "supply of the factory": """
        SELECT p.id, true, coalesce(sum(s.quantity), 0), (SELECT sum(l.quantity) FROM sales_salesorderline l
               JOIN catalog_product w ON w.id = l.product_id AND w.sku = %(made)s)
        FROM catalog_product p LEFT JOIN (
            SELECT product_id, quantity FROM manufacturing_manufacturingorder
            UNION ALL SELECT product_id, quantity FROM purchasing_purchaseorderline
        ) s ON s.product_id = p.id WHERE p.sku = ANY(%(factory)s) GROUP BY p.id
    """,
    "proposal": """
        SELECT p.id, true, count(DISTINCT l.id) + count(DISTINCT m.id), 1 FROM planning_proposal p
        LEFT JOIN purchasing_purchaseorderline l ON l.source_kind = 'proposal' AND l.source_id = p.id
        LEFT JOIN manufacturing_manufacturingorder m ON m.source_kind = 'proposal' AND m.source_id = p.id
        WHERE p.state = 'accepted' GROUP BY p.id
    """,
    "timeline of an event": """
        SELECT d.event_id, true, count(a.id), 1 FROM core_delivery d
        LEFT JOIN customers_activity a ON a.event_id = d.event_id AND a.consumer = d.consumer
        WHERE d.consumer = 'customer_timeline.record' GROUP BY d.id
    """,
}


@dataclass
class Verdict:
    """How much was lost and doubled, and what exactly."""

    lost: int = 0
    doubled: int = 0
    remarks: list[str] = field(default_factory=list)

    def add(self, what: str, *, lost: Iterable[int] = (), doubled: Iterable[int] = ()) -> None:
        for ids, word in ((sorted(lost), "lost"), (sorted(doubled), "doubled")):
            if ids:
                self.remarks.append(f"{what} {word}: {ids[:10]}")
                setattr(self, word, getattr(self, word) + len(ids))


def existing(site: FaultSite) -> dict[str, set[int]]:
    """Ids of the documents there are."""
    return {kind: {row[0] for row in site.rows(f"SELECT id FROM {table}")} for kind, table in TABLES.items()}


def judge(site: FaultSite, load: Load, before: dict[str, set[int]]) -> Verdict:
    """Every document that a client was told of is there and complete, once; and there is none that nobody was told of."""
    verdict = Verdict()
    now = existing(site)
    for kind in TABLES:
        told = load.accepted[kind]
        stemming = _entered_at_once(site, load) if kind == "quotation" else set()
        verdict.add(kind, lost=set(told) - now[kind], doubled=now[kind] - set(told) - before[kind] - stemming)
        verdict.add(f"{kind} told to two requests", lost=[i for i in set(told) for _ in range(told.count(i) - 1)])
    names = {"cancelled": sorted(load.cancelled), "to_order": MAKES_TO_ORDER, "made": MADE, "factory": list(FACTORY)}
    for what, sql in CHAINS.items():
        for key, ended, *counts in site.rows(sql, names):
            pairs = [(is_ or 0, must or 0) for is_, must in zip(counts[::2], counts[1::2], strict=True)]
            short = not ended or any(is_ < must for is_, must in pairs)
            verdict.add(what, lost=[key] * short, doubled=[key] * any(is_ > must for is_, must in pairs))
    undone = site.rows("SELECT id FROM core_delivery WHERE state <> 'done'")
    verdict.add("event delivery", lost=[row[0] for row in undone])
    return verdict


def _entered_at_once(site: FaultSite, load: Load) -> set[int]:
    """Quotations of the orders that were entered in one step: nobody is told of them."""
    sql = "SELECT source_id FROM sales_salesorder WHERE source_kind = 'quotation' AND id = ANY(%s)"
    return {row[0] for row in site.rows(sql, [load.accepted["order"]])}
