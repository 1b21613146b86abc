"""Customers as the CRM sees them: the party with the figures of its page."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.customers.permissions import VIEW_CUSTOMERS
from crm.customers.queries import COUNTED, count_documents, customer_balance
from erp.core.clock import local_date
from erp.identity.queries import company_facts
from erp.identity.rest.fields import Day, Ref, amount
from erp.identity.rest.filters import FlagFilter, TextFilter
from erp.identity.rest.serializers import ReadSerializer, names
from erp.identity.rest.views import ReadOnly
from erp.parties.models import Party
from erp.sales.queries import credit_exposure


class CustomerAnswer(ReadSerializer):
    currency = serializers.CharField(source="currency_id", read_only=True)
    payment_term = Ref()
    joins: ClassVar = {"payment_term": ("payment_term",)}

    class Meta:
        model = Party
        fields = names("id code name email phone currency payment_term credit_limit active")


class FiguresAnswer(serializers.Serializer[Any]):
    """In company currency."""

    owed = amount(help_text="open invoices less money on account")
    overdue = amount()
    overdue_since = Day(allow_null=True)
    on_account = amount(help_text="payments and credit notes that no invoice has used yet")
    exposure = amount(help_text="what counts against the credit limit")
    documents = serializers.DictField(child=serializers.IntegerField(), help_text=f"how many {', '.join(COUNTED)}")


class CustomerPageAnswer(serializers.Serializer[Any]):
    customer = CustomerAnswer()
    figures = FiguresAnswer()


class CustomerView(ReadOnly):
    queryset: QuerySet[Any] = Party.objects.filter(is_customer=True)
    code_field = "code"
    serializer_class = CustomerAnswer
    answers: ClassVar = {"retrieve": CustomerPageAnswer}
    permissions: ClassVar = {"list": VIEW_CUSTOMERS, "retrieve": VIEW_CUSTOMERS}

    class filterset_class(FilterSet):  # noqa: N801
        code = TextFilter()
        active = FlagFilter()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A customer with balance, exposure and the number of documents."""
        customer = self.get_object()
        company = company_facts(self.actor.company_id)
        today = local_date(self.at, company.time_zone)
        figures = vars(customer_balance(customer.pk, today=today)) | {
            "exposure": credit_exposure(customer.pk, company_currency=company.currency_code),
            "documents": count_documents(customer.pk),
        }
        return Response(self.get_serializer({"customer": customer, "figures": figures}).data)


ROUTES = {"crm/customers": CustomerView}
