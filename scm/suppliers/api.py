"""Suppliers over the API: how they keep their word, what is shared with them, their keys and people."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from erp.identity.models import ApiKey, Membership
from erp.identity.queries import company_today
from erp.identity.rest.fields import Day, Instant, PlainText, quantity
from erp.identity.rest.filters import TextFilter
from erp.identity.rest.problems import moved
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import Call, ReadOnly, ResourceView, verb
from erp.parties.models import Party
from scm.suppliers.operations.supplier_keys import MadeKey, make_supplier_key, revoke_supplier_key
from scm.suppliers.operations.supplier_people import end_supplier_person, invite_supplier_person
from scm.suppliers.permissions import MANAGE_KEYS, VIEW
from scm.suppliers.queries import list_suppliers, people_of_supplier, shared_items, standing_of


class SupplierAnswer(ReadSerializer):
    class Meta:
        model = Party
        fields = names("id code name email phone active")


class SupplierFilters(FilterSet):
    code = TextFilter()


class WeekAnswer(serializers.Serializer[Any]):
    week = Day(help_text="its Monday")
    quantity = quantity()


class SharedItemAnswer(serializers.Serializer[Any]):
    product = serializers.CharField()
    name = serializers.CharField()
    on_hand = quantity(allow_null=True, help_text="null where the agreement does not share the stock")
    available = quantity(allow_null=True)
    demand = WeekAnswer(many=True, allow_null=True, help_text="null where the agreement does not share the demand")
    forecast = WeekAnswer(many=True, allow_null=True, help_text="what is proposed to be bought; null where it is not shared")


class SupplierFiguresAnswer(serializers.Serializer[Any]):
    open_lines = serializers.IntegerField(source="standing.open_lines")
    late_lines = serializers.IntegerField(source="standing.late_lines", help_text="by the last promise")
    received_lines = serializers.IntegerField(source="standing.received_lines")
    on_time_lines = serializers.IntegerField(source="standing.on_time_lines", help_text="of these, by the first promise")
    rejected_lines = serializers.IntegerField(source="standing.rejected_lines", help_text="of which something was rejected")
    items = SharedItemAnswer(many=True)


class KeyAnswer(serializers.ModelSerializer[ApiKey]):
    created_at = Instant()

    class Meta:
        model = ApiKey
        fields = names("prefix name created_at last_used_at revoked_at")


class KeysAnswer(serializers.Serializer[Any]):
    keys = KeyAnswer(many=True)


class NewKeyInput(InputSerializer):
    name = PlainText(max_length=80, help_text="which program it is for")


class NewKeyAnswer(serializers.Serializer[Any]):
    name = serializers.CharField()
    prefix = serializers.CharField()
    token = serializers.CharField(help_text="the key; it cannot be shown again")


class RevokeInput(InputSerializer):
    prefix = PlainText(max_length=12)


class SupplierPersonAnswer(serializers.ModelSerializer[Membership]):
    name = serializers.CharField(source="user")
    email = serializers.CharField(source="user.email")

    class Meta:
        model = Membership
        fields = names("id name email")


class SupplierPeopleAnswer(serializers.Serializer[Any]):
    people = SupplierPersonAnswer(many=True)


class InviteInput(InputSerializer):
    name = PlainText(max_length=120)
    email = serializers.EmailField(max_length=254, help_text="the invitation goes there")
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, help_text="of the invitation and the portal")


class EndPersonInput(InputSerializer):
    person = serializers.IntegerField(min_value=1, max_value=2**62, help_text="id, as `people` lists them")


class SupplierView(ReadOnly):
    queryset: QuerySet[Any] = list_suppliers()
    code_field = "code"
    serializer_class = SupplierAnswer
    filterset_class = SupplierFilters
    permissions: ClassVar = {
        "list": VIEW,
        "retrieve": VIEW,
        "make_key": MANAGE_KEYS,
        "revoke_key": MANAGE_KEYS,
        "invite": MANAGE_KEYS,
        "end_person": MANAGE_KEYS,
    }
    inputs: ClassVar = {
        "make_key": NewKeyInput,
        "revoke_key": RevokeInput,
        "invite": InviteInput,
        "end_person": EndPersonInput,
    }
    answers: ClassVar = {"make_key": NewKeyAnswer, "invite": SupplierPersonAnswer}
    operations: ClassVar = {
        "make_key": "make_supplier_key",
        "revoke_key": "revoke_supplier_key",
        "invite": "invite_supplier_person",
        "end_person": "end_supplier_person",
    }

    @verb("make-key")
    def make_key(self, request: Request, pk: str) -> HttpResponse:
        """A key for a program of the supplier. It is shown this once."""

        def run(call: Call) -> MadeKey:
            return make_supplier_key(supplier_id=call.target.pk, name=call.data["name"], **call.by)

        return self.perform(run, answer=lambda made: NewKeyAnswer(made).data)

    @verb("revoke-key")
    def revoke_key(self, request: Request, pk: str) -> HttpResponse:
        """From now on the key opens nothing."""

        def run(call: Call) -> int:
            revoke_supplier_key(supplier_id=call.target.pk, prefix=call.data["prefix"], **call.by)
            return int(call.target.pk)

        return self.perform(run)

    @verb("invite")
    def invite(self, request: Request, pk: str) -> HttpResponse:
        """Let somebody of the supplier into the portal. They get a mail with the link to this site."""
        site = request.build_absolute_uri("/")

        def run(call: Call) -> Membership:
            said = {"language": "", **renamed(call.data, name="display_name")}
            with moved("role", "email"):
                user = invite_supplier_person(supplier_id=call.target.pk, site=site, **said, **call.by)
            return people_of_supplier(call.target.pk).get(user_id=user)

        return self.perform(run, answer=lambda made: SupplierPersonAnswer(made).data)

    @verb("end-person")
    def end_person(self, request: Request, pk: str) -> HttpResponse:
        """The person acts for the supplier no more; what they did stays."""

        def run(call: Call) -> int:
            end_supplier_person(supplier_id=call.target.pk, membership_id=call.data["person"], **call.by)
            return int(call.target.pk)

        return self.perform(run)


class SupplierFiguresView(ResourceView):
    """How a supplier keeps their word, and what of their items the agreements share with them."""

    queryset = list_suppliers()
    code_field = "code"
    serializer_class = SupplierFiguresAnswer
    permissions: ClassVar = {"figures": VIEW}
    detail = True

    def figures(self, request: Request, pk: str) -> Response:
        """Order lines open, late, received and on time; of each agreed item what is shared."""
        supplier, today = self.get_object(), company_today()
        found = {"standing": standing_of(supplier.pk, today=today), "items": shared_items(supplier.pk, today=today)}
        return Response(self.get_serializer(found).data)


class SupplierKeysView(ResourceView):
    """The keys of a supplier's programs; the secret of none."""

    queryset = list_suppliers()
    code_field = "code"
    serializer_class = KeysAnswer
    permissions: ClassVar = {"keys": MANAGE_KEYS}
    detail = True

    def keys(self, request: Request, pk: str) -> Response:
        """Name, prefix, when it was made, used and revoked."""
        rows = ApiKey.objects.filter(company_id=self.actor.company_id, party_id=self.get_object().pk).order_by("-id")
        return Response(self.get_serializer({"keys": rows}).data)


class SupplierPeopleView(ResourceView):
    """Who acts for a supplier in the portal."""

    queryset = list_suppliers()
    code_field = "code"
    serializer_class = SupplierPeopleAnswer
    permissions: ClassVar = {"people": MANAGE_KEYS}
    detail = True

    def people(self, request: Request, pk: str) -> Response:
        """Name and address of those who are let in."""
        return Response(self.get_serializer({"people": people_of_supplier(self.get_object().pk)}).data)


PATHS = {
    "scm/suppliers/<str:pk>/figures": (SupplierFiguresView, {"get": "figures"}),
    "scm/suppliers/<str:pk>/keys": (SupplierKeysView, {"get": "keys"}),
    "scm/suppliers/<str:pk>/people": (SupplierPeopleView, {"get": "people"}),
}
ROUTES = {"scm/suppliers": SupplierView}
