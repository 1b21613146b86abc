"""What is left of an invoice line, whatever was credited of it before and in which order."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from erp.core.money import ZERO, convert
from erp.ledger.rules import next_share
from erp.receivables.rules import Creditable, credit_amount, credit_quantity
from erp.reference.rules import tax_line

CENT = Decimal("0.01")
CENTS = st.integers(min_value=0, max_value=10**7).map(lambda n: Decimal(n) * CENT)
RATES = st.sampled_from([Decimal(0), Decimal("0.09"), Decimal("0.13"), Decimal("0.21")])


@given(
    pieces=st.integers(1, 40),
    price=CENTS,
    rate=RATES,
    inclusive=st.booleans(),
    steps=st.lists(st.tuples(st.sampled_from(["goods", "price"]), st.integers(1, 10)), max_size=12),
)
def test_any_sequence_of_credits_ends_with_exactly_the_invoiced_amounts(
    pieces: int, price: Decimal, rate: Decimal, inclusive: bool, steps: list[tuple[str, int]]
) -> None:
    whole = tax_line(quantity=Decimal(pieces), unit_price=price, rate=rate, places=2, inclusive=inclusive)
    left = Creditable(Decimal(pieces), whole.net, whole.tax)
    credited = []
    for kind, size in steps:
        if kind == "goods" and left.quantity > 0:
            credited.append(credit_quantity(left, min(Decimal(size), left.quantity), places=2))
        elif kind == "price":
            most = left.total if inclusive else left.net
            amount = (most * size / 10).quantize(CENT)
            if 0 < amount <= most:
                credited.append(credit_amount(left, amount, tax_rate=rate, places=2, inclusive=inclusive))
        assert min(left.quantity, left.net, left.tax) >= 0
    if left.quantity > 0:
        credited.append(credit_quantity(left, left.quantity, places=2))
        assert (left.quantity, left.net, left.tax) == (0, 0, 0)
        assert sum((c.net for c in credited), ZERO) == whole.net
        assert sum((c.tax for c in credited), ZERO) == whole.tax
    assert all(c.net >= 0 and c.tax >= 0 and c.quantity >= 0 for c in credited)
    assert all(c.net == c.net.quantize(CENT) and c.tax == c.tax.quantize(CENT) for c in credited)


@given(parts=st.lists(CENTS, min_size=1, max_size=12), rate=st.decimals("0.0001", "200", places=6))
def test_the_parts_of_an_invoice_are_worth_what_it_was_worth(parts: list[Decimal], rate: Decimal) -> None:
    before, worth = ZERO, ZERO
    for part in parts:
        share = next_share(before, part, rate=rate, places=2)
        assert share >= 0
        before, worth = before + part, worth + share
    assert worth == convert(sum(parts, ZERO), rate, 2)
