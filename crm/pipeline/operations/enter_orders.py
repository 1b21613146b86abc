"""Orders entered directly: in one step the same as a quotation and its acceptance."""

import datetime
from collections.abc import Sequence

from crm.pipeline.drafts import QuotationDraft
from crm.pipeline.models import Quotation
from crm.pipeline.operations.accept_quotations import accepted_quotations, publish_accepted
from crm.pipeline.operations.answering import answering
from crm.pipeline.operations.prepare_quotations import Prepared, prepare_quotations
from crm.pipeline.operations.save_quotations import SavedQuotation, write_quotations
from crm.pipeline.permissions import ENTER_ORDERS
from crm.pipeline.states import QuotationState
from erp.core.actor import Actor
from erp.core.operation import operation
from erp.documents.drafts import lock_edited


@answering(accepted_quotations)
@operation(ENTER_ORDERS)
def enter_orders(*, orders: Sequence[QuotationDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Write accepted quotations and place their sales orders; answers as `accept_quotations` does.

    A draft that was saved before (`id`) is changed and accepted. Refusals are those of `save_quotations`, a document
    without lines, and those of the sales order; nothing is written then.
    """
    locked = lock_edited(Quotation, orders)
    prepared = prepare_quotations(orders, locked=locked, actor=actor, complete=True)
    saved = write_quotations(prepared, locked=locked, state=QuotationState.ACCEPTED, actor=actor, at=at)
    publish_accepted([_as_written(*pair) for pair in zip(saved, prepared, strict=True)], at=at)
    return [one.id for one in saved]


def _as_written(saved: SavedQuotation, prepared: Prepared) -> Quotation:
    return Quotation(
        id=saved.id,
        number=saved.number,
        customer_id=prepared.draft.customer_id,
        opportunity_id=prepared.draft.opportunity_id,
        currency_code=prepared.currency_code,
        total=prepared.amount.total,
    )
