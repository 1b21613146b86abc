"""Who the caller is."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from erp.identity.models import Company
from erp.identity.permissions import BE_HERE
from erp.identity.rest.views import ResourceView


class CompanyAnswer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    currency_code = serializers.CharField()
    time_zone = serializers.CharField()


class WhoAmIAnswer(serializers.Serializer[Any]):
    actor = serializers.CharField(help_text="as it stands in events and history, such as key:3")
    label = serializers.CharField()
    company = CompanyAnswer()
    permissions = serializers.ListField(child=serializers.CharField())


class WhoAmIView(ResourceView):
    """The caller, their company and what they may do there."""

    serializer_class = WhoAmIAnswer
    pagination_class = None
    permissions: ClassVar = {"whoami": BE_HERE}

    def whoami(self, request: Request) -> Response:
        """Who the key or session stands for, in which company, with which permissions."""
        company = Company.objects.get(pk=self.actor.company_id)
        held = sorted(self.actor.permissions or ())
        facts = {"actor": self.actor.name, "label": self.actor.label, "company": company, "permissions": held}
        return Response(self.get_serializer(facts).data)


PATHS = {"integration/whoami": (WhoAmIView, {"get": "whoami"})}
