"""Addresses of buying."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from erp.payables.permissions import SEND_BILL
from erp.purchasing.permissions import CLOSE, ISSUE, PLACE, RECEIVE, REQUEST, SETTLE_ANSWERS
from erp.purchasing.tables import AGREEMENTS, PURCHASE_ORDERS, REQUISITIONS, RETURNS
from erp.purchasing.views import agreements, dealings, entering, held_bills, orders, others, requisitions
from erp.screens.views.lists import list_view
from erp.screens.views.verbs import verb_view

app_name = "purchasing"
urlpatterns = [
    path("orders/", list_view(PURCHASE_ORDERS), name="orders"),
    path("orders/new/", entering.new_order, name="new_order"),
    path("orders/new/suggest/", entering.suggest, name="order_suggest"),
    path("orders/new/lookup/", entering.lookup, name="order_lookup"),
    path("orders/new/submit/", entering.submit, name="order_submit"),
    path("orders/<int:pk>/receive-lines/", entering.receive_lines, name="receive_lines"),
    path("orders/<int:pk>/bill/", entering.new_bill, name="new_bill"),
    path("orders/<int:pk>/message/", dealings.message, name="message"),
    path("orders/<int:pk>/return/", dealings.send_back, name="send_back"),
    path("orders/<int:pk>/write-off/", dealings.write_off, name="write_off"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/issue/", verb_view(orders.issue, ISSUE, done=_("The order is issued.")), name="issue"),
    path("orders/<int:pk>/receive/", verb_view(orders.receive, RECEIVE, done=_("Everything is received.")), name="receive"),
    path("orders/<int:pk>/close/", verb_view(orders.close, CLOSE, done=_("The order is closed.")), name="close"),
    path("orders/<int:pk>/cancel/", verb_view(orders.cancel, CLOSE, done=_("The order is cancelled.")), name="cancel"),
    path(
        "orders/<int:pk>/accept/",
        verb_view(orders.accept, SETTLE_ANSWERS, done=_("The counter-proposal is accepted.")),
        name="accept",
    ),
    path(
        "orders/<int:pk>/decline/",
        verb_view(orders.decline, SETTLE_ANSWERS, done=_("The counter-proposal is turned down.")),
        name="decline",
    ),
    path("held-bills/<int:pk>/release/", held_bills.release, name="release_bill"),
    path("held-bills/<int:pk>/match/", verb_view(held_bills.match, SEND_BILL, done="%(result)s"), name="match_bill"),
    path("requisitions/", list_view(REQUISITIONS), name="requisitions"),
    path("requisitions/new/", requisitions.new_requisition, name="new_requisition"),
    path("requisitions/new/suggest/", requisitions.suggest, name="requisition_suggest"),
    path("requisitions/new/lookup/", requisitions.lookup, name="requisition_lookup"),
    path("requisitions/new/submit/", requisitions.submit, name="requisition_submit"),
    path("requisitions/<int:pk>/", requisitions.requisition, name="requisition"),
    path(
        "requisitions/<int:pk>/order/",
        verb_view(requisitions.order, PLACE, done=_("It is ordered.")),
        name="order_requisition",
    ),
    path(
        "requisitions/<int:pk>/cancel/",
        verb_view(requisitions.cancel, REQUEST, done=_("The requisition is given up.")),
        name="cancel_requisition",
    ),
    path("agreements/", list_view(AGREEMENTS), name="agreements"),
    path("agreements/new/", agreements.new_agreement, name="new_agreement"),
    path("agreements/<int:pk>/edit/", agreements.edit_agreement, name="edit_agreement"),
    path("agreements/<int:pk>/lines/new/", agreements.new_line, name="new_agreement_line"),
    path("agreements/<int:pk>/lines/<int:line>/", agreements.edit_line, name="edit_agreement_line"),
    path("agreements/<int:pk>/", others.agreement, name="agreement"),
    path("returns/", list_view(RETURNS), name="returns"),
    path("returns/<int:pk>/", others.purchase_return, name="return"),
]
