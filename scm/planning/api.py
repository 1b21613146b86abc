"""Plan runs, proposals and item policies over the API."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from erp.catalog.models import Product
from erp.identity.queries import company_today
from erp.identity.rest.fields import Day, PlainText, Ref, above_zero, quantity
from erp.identity.rest.filters import RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names, renamed
from erp.identity.rest.views import ReadOnly, ResourceView, verb
from erp.jobs.bulk import call_worker
from erp.jobs.models import Job
from erp.jobs.operations.start_bulk import start_bulk
from erp.jobs.queries import bulk_jobs
from scm.planning.drafts import ItemPolicyDraft, ProposalChange
from scm.planning.messages import Code
from scm.planning.models import ItemPolicy, PlanItem, PlanMessage, PlanRun, Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.fix_proposals import change_proposals, withdraw_proposals
from scm.planning.operations.run_plan import run_plan
from scm.planning.operations.save_policies import save_policies
from scm.planning.permissions import ACCEPT, RUN, SAVE_POLICIES, VIEW
from scm.planning.queries import list_current_messages, list_policies, project_item
from scm.planning.tables import WAREHOUSES


class PlanItemAnswer(ReadSerializer):
    product = serializers.CharField(source="product.sku", read_only=True)

    class Meta:
        model = PlanItem
        fields = names("product level gross on_hand scheduled safety net planned planned_kind")


class PlanRunAnswer(ReadSerializer):
    products = PlanItemAnswer(source="items", many=True, read_only=True)
    prefetches: ClassVar = {"products": ("items__product",)}

    class Meta:
        model = PlanRun
        fields = names("id number kind at products")


class PlanRunInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    products = serializers.ListField(
        child=PlainText(max_length=60), allow_empty=False, max_length=5000, help_text="by SKU; of all of them ask for a plan job"
    )
    reason = PlainText(max_length=200, required=False, allow_blank=True)


class PlanRunFilters(FilterSet):
    number = TextFilter()
    warehouse = RefFilter("warehouse")
    kind = django_filters.ChoiceFilter(choices=PlanRun.Kind.choices)


class PlanRunView(ReadOnly):
    queryset: QuerySet[Any] = PlanRun.objects.all()
    serializer_class = PlanRunAnswer
    filterset_class = PlanRunFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": RUN}
    inputs: ClassVar = {"create": PlanRunInput}
    operations: ClassVar = {"create": "run_plan"}

    def create(self, request: Request) -> HttpResponse:
        """Plan some products of a warehouse and everything below them."""

        def run(call: Any) -> int:
            ids = list(Product.objects.filter(sku__in=call.data["products"]).values_list("id", flat=True))
            done = run_plan(warehouse_id=call.data["warehouse"], product_ids=ids, reason=call.data.get("reason", ""), **call.by)
            return done.id

        return self.perform(run)


class PlanJobAnswer(ReadSerializer):
    class Meta:
        model = Job
        fields = names("id state done total report error started_at changed_at")


class PlanJobInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))


class PlanJobView(ReadOnly):
    """The plan of a whole warehouse, worked out in the background: ask for it, then ask the job until it is done or failed."""

    queryset: QuerySet[Any] = bulk_jobs(WAREHOUSES.name)
    code_field = "id"
    serializer_class = PlanJobAnswer
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": RUN}
    inputs: ClassVar = {"create": PlanJobInput}
    operations: ClassVar = {"create": "plan_anew"}

    def create(self, request: Request) -> HttpResponse:
        """Plan everything in a warehouse."""
        asked: list[Job] = []

        def run(call: Any) -> int:
            job = start_bulk(list_name=WAREHOUSES.name, verb="plan", row_ids=[call.data["warehouse"]], language="en", **call.by)
            asked[:] = [job]
            return job.pk

        response = self.perform(run)
        for job in asked:
            call_worker(job, self.actor)
        return response


class ProposalAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = Ref()
    supplier = Ref(name="name")
    run = Ref(code="number")
    joins: ClassVar = {"product": ("product",), "warehouse": ("warehouse",), "supplier": ("supplier",), "run": ("run",)}

    class Meta:
        model = Proposal
        fields = names(
            "id number state kind product warehouse quantity need_date start_date supplier choice run document_kind document_id"
        )


class ProposalFirmInput(InputSerializer):
    quantity = above_zero(required=False, help_text="in the product's unit; as proposed, if left out")
    need_date = Day(required=False, help_text="as proposed, if left out")


class ProposalFilters(FilterSet):
    number = TextFilter()
    product = RefFilter("product", code="sku")
    warehouse = RefFilter("warehouse")
    supplier = RefFilter("supplier")
    state = django_filters.ChoiceFilter(choices=Proposal.State.choices)
    kind = django_filters.ChoiceFilter(choices=Proposal.Kind.choices)


class ProposalView(ReadOnly):
    queryset: QuerySet[Any] = Proposal.objects.all()
    serializer_class = ProposalAnswer
    filterset_class = ProposalFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "accept": ACCEPT, "firm": ACCEPT, "withdraw": ACCEPT}
    inputs: ClassVar = {"firm": ProposalFirmInput}
    operations: ClassVar = {"accept": "accept_proposals", "firm": "change_proposals", "withdraw": "withdraw_proposals"}

    @verb("accept")
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """Order what is proposed, or plan to make it."""
        return self.perform(lambda call: (accept_proposals(proposal_ids=[call.target.pk], **call.by), call.target.pk)[1])

    @verb("firm")
    def firm(self, request: Request, pk: str) -> HttpResponse:
        """Fix the proposal, with another quantity or day if one is given: later runs leave it alone."""

        def run(call: Any) -> int:
            change = ProposalChange(proposal_id=call.target.pk, **call.data)
            change_proposals(changes=[change], **call.by)
            return change.proposal_id

        return self.perform(run)

    @verb("withdraw")
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Give the proposal up; what is still needed is proposed anew."""
        return self.perform(lambda call: (withdraw_proposals(proposal_ids=[call.target.pk], **call.by), call.target.pk)[1])


class PlanMessageAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = serializers.CharField(source="run.warehouse.code", read_only=True)
    joins: ClassVar = {"product": ("product",), "warehouse": ("run__warehouse",)}

    class Meta:
        model = PlanMessage
        fields = names("id code product warehouse quantity date better_date days document_kind document_id")


class PlanMessageFilters(FilterSet):
    product = RefFilter("product", code="sku")
    code = django_filters.ChoiceFilter(choices=[(code.value, code.value) for code in Code])


class PlanMessageView(ReadOnly):
    """What the last run of each item tells the planner."""

    queryset: QuerySet[Any] = list_current_messages()
    code_field = "id"
    serializer_class = PlanMessageAnswer
    filterset_class = PlanMessageFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW}


class ItemPolicyAnswer(ReadSerializer):
    product = Ref(code="sku", name="name")
    warehouse = Ref()
    joins: ClassVar = {"product": ("product",), "warehouse": ("warehouse",)}

    class Meta:
        model = ItemPolicy
        fields = names(
            "id product warehouse safety_stock lot_rule lot_quantity lot_minimum lot_maximum lot_multiple lot_periods make_days "
            "bucket active"
        )


class ItemPolicyInput(InputSerializer):
    product = Reference("catalog.Product", code="sku", what=_("product"))
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    safety_stock = quantity(min_value=0, required=False)
    lot_rule = serializers.ChoiceField(ItemPolicy.LotRule.choices, required=False)
    lot_quantity = quantity(min_value=0, required=False, help_text="of the fixed rule")
    lot_minimum = quantity(min_value=0, required=False)
    lot_maximum = above_zero(required=False, allow_null=True)
    lot_multiple = quantity(min_value=0, required=False)
    lot_periods = serializers.IntegerField(min_value=1, max_value=366, required=False)
    make_days = serializers.IntegerField(min_value=0, max_value=3650, required=False, allow_null=True)
    bucket = serializers.ChoiceField(ItemPolicy.Bucket.choices, required=False)
    active = serializers.BooleanField(required=False)


class ItemPolicyFilters(FilterSet):
    product = RefFilter("product", code="sku")
    warehouse = RefFilter("warehouse")


class ItemPolicyView(ReadOnly):
    queryset: QuerySet[Any] = ItemPolicy.objects.all()
    code_field = "id"
    serializer_class = ItemPolicyAnswer
    filterset_class = ItemPolicyFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": SAVE_POLICIES}
    inputs: ClassVar = {"create": ItemPolicyInput}
    operations: ClassVar = {"create": "save_policies"}

    def create(self, request: Request) -> HttpResponse:
        """Say how a product is planned in a warehouse; what was said before is replaced."""

        def run(call: Any) -> int:
            draft = ItemPolicyDraft(**renamed(call.data, product="product_id", warehouse="warehouse_id"))
            return save_policies(policies=[draft], **call.by)[0]

        return self.perform(run)


class ProjectedRowAnswer(serializers.Serializer[Any]):
    date = serializers.DateField(help_text="what was due before today counts as of today")
    kind = serializers.CharField(source="source.kind", help_text="stock, or the kind of the document")
    document = serializers.IntegerField(source="source.id", help_text="0 of stock")
    line = serializers.IntegerField(source="source.line", help_text="of the document; 0 where it is wanted as a whole")
    balance = quantity(help_text="what there is after it")
    quantity = quantity(help_text="above zero supply, below zero demand")


class WarehouseProjectionAnswer(serializers.Serializer[Any]):
    warehouse = serializers.CharField()
    safety_stock = quantity()
    rows = ProjectedRowAnswer(many=True)


class ProjectionAnswer(serializers.Serializer[Any]):
    product = serializers.CharField()
    warehouses = WarehouseProjectionAnswer(many=True)


class ProjectionView(ResourceView):
    """What there is of a planned product, what comes and goes, by day."""

    queryset = Product.objects.all()
    code_field = "sku"
    serializer_class = ProjectionAnswer
    permissions: ClassVar = {"projection": VIEW}
    detail = True

    def projection(self, request: Request, pk: str) -> Response:
        """Stock, orders, production and what the plan proposes, in each warehouse in which the product is planned."""
        product, today = self.get_object(), company_today()
        warehouses = [
            {
                "warehouse": policy.warehouse.code,
                "safety_stock": policy.safety_stock,
                "rows": project_item(product.pk, warehouse_id=policy.warehouse_id, today=today),
            }
            for policy in list_policies().filter(product_id=product.pk, active=True).order_by("warehouse__code")
        ]
        return Response(self.get_serializer({"product": product.sku, "warehouses": warehouses}).data)


PATHS = {"scm/projections/<str:pk>": (ProjectionView, {"get": "projection"})}
ROUTES = {
    "scm/plan-runs": PlanRunView,
    "scm/plan-jobs": PlanJobView,
    "scm/proposals": ProposalView,
    "scm/item-policies": ItemPolicyView,
    "scm/plan-messages": PlanMessageView,
}
