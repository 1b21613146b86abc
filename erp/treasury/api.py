"""Bank accounts over the API; payments are entered where they settle invoices, in `erp.receivables.api`."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from erp.identity.rest.fields import Ref
from erp.identity.rest.serializers import ReadSerializer, names
from erp.identity.rest.views import ReadOnly
from erp.treasury.models import BankAccount
from erp.treasury.permissions import VIEW_PAYMENTS


class BankAccountAnswer(ReadSerializer):
    account = Ref(name="name")
    joins: ClassVar = {"account": ("account",)}

    class Meta:
        model = BankAccount
        fields = names("id code name account")


class BankAccountView(ReadOnly):
    queryset: QuerySet[Any] = BankAccount.objects.all()
    code_field = "code"
    serializer_class = BankAccountAnswer
    permissions: ClassVar = {"list": VIEW_PAYMENTS, "retrieve": VIEW_PAYMENTS}


ROUTES = {"erp/bank-accounts": BankAccountView}
