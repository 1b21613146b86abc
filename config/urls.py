"""Every URL of the product, by area."""

from django.urls import include, path

from config.health import healthz, readyz
from integration.dashboards.views.home import home

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", home, name="home"),
    path("api/v1/", include("integration.api.urls")),
    path("", include("erp.screens.urls")),
    path("account/", include("erp.identity.urls")),
    path("people/", include("integration.people.urls")),
    path("sell/", include("erp.sales.urls")),
    path("sell/", include("crm.pipeline.urls")),
    path("sell/", include("crm.customers.urls")),
    path("sell/", include("erp.catalog.urls")),
    path("parties/", include("erp.parties.urls")),
    path("buy/", include("erp.purchasing.urls")),
    path("stock/", include("erp.inventory.urls")),
    path("make/", include("erp.manufacturing.urls")),
    path("make/", include("scm.planning.urls")),
    path("buy/", include("scm.suppliers.staff_urls")),
    path("portal/", include("scm.suppliers.urls")),
    path("money/", include("erp.receivables.urls")),
    path("money/", include("erp.payables.urls")),
    path("money/", include("erp.treasury.urls")),
    path("money/", include("erp.ledger.urls")),
    path("office/jobs/", include("erp.jobs.urls")),
    path("inbox/", include("erp.automation.urls")),
    path("thread/", include("integration.thread.urls")),
    path("connect/", include("integration.relay.urls")),
    path("insights/", include("integration.dashboards.urls")),
]
