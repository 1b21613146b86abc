"""Remembering which sales order a quotation became."""

import datetime
from collections.abc import Sequence

from crm.pipeline.models import Quotation
from crm.pipeline.permissions import ACCEPT_QUOTATIONS
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.core.operation import operation
from erp.core.rows import update_rows


@operation(ACCEPT_QUOTATIONS)
def link_sales_orders(*, links: Sequence[tuple[int, int]], actor: Actor, at: datetime.datetime) -> None:
    """Set the sales order of quotations just accepted: (quotation id, sales order id) each. Raises NotFound."""
    if update_rows(Quotation, ["sales_order_id"], links) != len(links):
        raise NotFound(what=Quotation._meta.verbose_name, value=", ".join(str(quotation_id) for quotation_id, _order in links))
