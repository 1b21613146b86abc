"""Whatever comes back in whichever parts, and however it is credited: in the end cost and money are as before the sale."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp.core.invariants import all_invariants, check
from erp.ledger.models import AccountRole, OpenItem
from erp.receivables.models import Invoice
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.sales.models import SalesReturn
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from erp.sales.queries import returnable_lines
from tests.support.cast import TODAY
from tests.support.shop import Shop

D = Decimal
STEPS = st.lists(st.sampled_from(["one", "half", "credit", "price"]), min_size=1, max_size=7)
ROLES = (
    AccountRole.REVENUE,
    AccountRole.OUTPUT_TAX,
    AccountRole.RECEIVABLE,
    AccountRole.COST_OF_SALES,
    AccountRole.EXCHANGE_DIFFERENCE,
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS,
    quantity=st.sampled_from(["7", "3", "2.5"]),
    inclusive=st.booleans(),
    value=st.sampled_from(["10.01", "33.34"]),
)
def test_any_sequence_of_returns_and_credits_gives_back_exactly_the_cost_and_the_money(
    shop: Shop, steps: list[str], quantity: str, inclusive: bool, value: str
) -> None:
    before = {role: shop.balance(role) for role in ROLES}
    shop.receive("CABLE", quantity, value)
    level = shop.level("CABLE")
    delivery = shop.delivered("YEN", ("CABLE", quantity), ("HOUR", "0.333"), prices_include_tax=inclusive)
    [invoice] = invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
    for step in [*steps, "rest", "credit"]:
        if step == "credit":
            waiting = list(SalesReturn.objects.filter(delivery_id=delivery.id, credit_note=None).values_list("pk", flat=True))
            credit_returns(return_ids=waiting, **shop.by)
        elif step == "price":
            _credit_a_cent(shop, invoice.id)
        else:
            _return(shop, delivery.id, step)
    assert set(returnable_lines([delivery.id]).values()) == {D(0)}
    assert shop.level("CABLE") == level
    assert {role: shop.balance(role) for role in ROLES} == before
    assert OpenItem.objects.filter(residual=0, company_residual=0).count() == OpenItem.objects.count()
    assert [finding for one in all_invariants() if not (finding := check(one)).ok] == []


def _return(shop: Shop, delivery_id: int, step: str) -> None:
    left = {pk: quantity for pk, quantity in returnable_lines([delivery_id]).items() if quantity > 0}
    lines = [ReturnLineDraft(delivery_line_id=pk, quantity=_part(rest, step)) for pk, rest in left.items()]
    if lines:
        return_goods(returns=[ReturnDraft(delivery_id=delivery_id, date=TODAY, reason="other", lines=lines)], **shop.by)


def _part(rest: Decimal, step: str) -> Decimal:
    if step == "one":
        return min(D(1), rest)
    return (rest / 2).quantize(D("0.001")) or rest if step == "half" else rest


def _credit_a_cent(shop: Shop, invoice_id: int) -> None:
    """A cent of the price of the first line, as long as that much is left."""
    line = Invoice.objects.get(pk=invoice_id).lines.order_by("sequence")[0]
    credited = sum((c.total for c in line.credits.all()), D(0))
    if line.total - credited > 1:
        draft = CreditNoteDraft(
            date=TODAY, invoice_id=invoice_id, lines=[CreditLineDraft(invoice_line_id=line.pk, amount=D("0.01"))]
        )
        post_credit_notes(notes=[draft], **shop.by)
