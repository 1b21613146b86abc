"""The screens of the CRM, catalog and parties, opened by people of several roles."""

from django.urls import reverse

from crm.pipeline.drafts import QuotationDraft
from crm.pipeline.models import Opportunity
from crm.pipeline.operations.save_quotations import save_quotations
from erp.catalog.models import Product
from erp.core.actor import system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.parties.models import Party
from tests.crm.pipeline.test_save_quotations import line
from tests.crm.shop import TEXT, LogIn, text_of
from tests.support.cast import AT, TODAY


def pages(shop: dict[str, int]) -> list[str]:
    return [
        reverse("catalog:products"),
        reverse("catalog:product", args=[shop["lamp"]]),
        reverse("parties:parties"),
        reverse("parties:party", args=[shop["zen"]]),
        reverse("parties:new_party"),
        reverse("parties:edit_party", args=[shop["zen"]]),
        reverse("customers:customers"),
        *(
            reverse("customers:customer", args=[shop["zen"]]) + f"?tab={tab}"
            for tab in ("", "opportunities", "quotations", "orders", "deliveries", "invoices")
        ),
        reverse("pipeline:opportunities"),
        reverse("pipeline:opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:new_opportunity"),
        reverse("pipeline:edit_opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:lose_opportunity", args=[shop["opportunity"]]),
        reverse("pipeline:quotations"),
        reverse("pipeline:quotation", args=[shop["quotation"]]),
        reverse("pipeline:edit_quotation", args=[shop["quotation"]]),
        reverse("pipeline:new_quotation"),
        reverse("pipeline:new_quotation") + "?customer=ZEN",
        reverse("pipeline:new_order") + "?customer=Zen%20GmbH",
        reverse("pipeline:customer_options") + "?customer=ze",
    ]


def test_every_page_opens_and_shows_a_salesperson_no_cost(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in()
    for url in pages(shop):
        response = client.get(url)
        assert response.status_code == 200, url
        text = text_of(response)
        assert "<b>=1+1</b>" not in text, url
        assert "21.77" not in text and "217.7" not in text and "Margin" not in text and "Cost" not in text, url


def test_a_sales_manager_sees_the_margin(shop: dict[str, int], log_in: LogIn) -> None:
    text = text_of(log_in(Role.SALES_MANAGER).get(reverse("pipeline:quotation", args=[shop["quotation"]])))
    assert "Margin" in text
    assert "45.6" in text  # (40 - 21.77) / 40


def test_exports_make_formulas_harmless(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    with company_scope(system_actor(acme.pk, "test")):
        Party.objects.filter(pk=shop["zen"]).update(name="=1+1")
    assert "'=1+1" in text_of(log_in().get(reverse("customers:customers") + "?export=csv"))


def test_a_warehouse_clerk_finds_no_door_to_quotations(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in(Role.WAREHOUSE_CLERK)
    assert client.get(reverse("pipeline:quotations")).status_code == 403
    assert client.post(reverse("pipeline:accept", args=[shop["quotation"]])).status_code == 403
    assert client.get(reverse("catalog:products")).status_code == 200


def test_what_is_not_there_is_not_found(shop: dict[str, int], log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for name in ("catalog:product", "catalog:edit_product", "parties:party", "parties:edit_party", "customers:customer"):
        assert client.get(reverse(name, args=[4711])).status_code == 404, name
    for name in ("quotation", "edit_quotation", "opportunity", "edit_opportunity", "lose_opportunity"):
        assert client.get(reverse(f"pipeline:{name}", args=[4711])).status_code == 404, name


def test_an_opportunity_is_opened_moved_and_lost(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    made = client.post(
        reverse("pipeline:new_opportunity"), {"customer": "ZEN", "name": "Hall", "chance": "30", "expected_amount": "50"}
    )
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    client.post(reverse("pipeline:move_opportunity", args=[pk, "qualified"]))
    assert "Say why" not in text_of(client.get(reverse("pipeline:lose_opportunity", args=[pk])))
    client.post(reverse("pipeline:lose_opportunity", args=[pk]), {"lost_reason": "price"})
    with company_scope(system_actor(acme.pk, "test")):
        opportunity = Opportunity.objects.get(pk=pk)
        assert (opportunity.stage, opportunity.lost_reason, opportunity.probability) == ("lost", "price", 0)


def test_a_product_is_created_and_changed_by_form(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in(Role.BUYER)
    data = {
        "sku": "NEW",
        "name": "New",
        "kind": "stocked",
        "supply": "buy",
        "unit": "PC",
        "tax_code": "STD",
        "list_price": "9.5",
        "active": "on",
    }
    data |= {"units-TOTAL_FORMS": "1", "units-INITIAL_FORMS": "0"}
    data |= {"units-0-code": "PC", "units-0-denominator": "1", "units-0-numerator": "12"}
    assert "NEW is counted in PC anyway" in text_of(client.post(reverse("catalog:new_product"), data))
    data["units-0-code"] = "box"
    made = client.post(reverse("catalog:new_product"), data)
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    data["units-INITIAL_FORMS"] = "1"
    assert "1 box = 12 PC" in text_of(client.get(made.url))
    refused = text_of(client.post(reverse("catalog:edit_product", args=[pk]), {**data, "sku": "LAMP", "price_floor": "10"}))
    assert "There is already a SKU “LAMP”" in refused and "above the list price" in refused
    stale = text_of(client.post(reverse("catalog:edit_product", args=[pk]), {**data, "name": "Newer", "version": "1"}))
    assert "was changed by somebody else" in stale and "Saved meanwhile: “New”." in stale
    with company_scope(system_actor(acme.pk, "test")):
        assert Product.objects.get(pk=pk).name == "New"
    version = client.get(reverse("catalog:edit_product", args=[pk])).context["form"]["version"].value()
    dropped = {**data, "units-0-DELETE": "on", "version": version}
    client.post(reverse("catalog:edit_product", args=[pk]), dropped)
    with company_scope(system_actor(acme.pk, "test")):
        assert not Product.objects.get(pk=pk).units.exists()


def test_a_party_is_created_with_a_contact_by_form(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    client = log_in()
    data = {
        "code": "NEU",
        "name": TEXT,
        "is_customer": "on",
        "currency_code": "EUR",
        "payment_term_code": "NET30",
        "active": "on",
        "contacts-TOTAL_FORMS": "1",
        "contacts-INITIAL_FORMS": "0",
        "contacts-0-name": "Anna",
        "contacts-0-email": "anna@x",
        "addresses-TOTAL_FORMS": "1",
        "addresses-INITIAL_FORMS": "0",
        "addresses-0-purpose": "billing",
    }
    assert "Enter a valid email address" in text_of(client.post(reverse("parties:new_party"), data))
    made = client.post(reverse("parties:new_party"), {**data, "contacts-0-email": "anna@neu.example"})
    pk = int(made.url.rstrip("/").rsplit("/", 1)[1])
    with company_scope(system_actor(acme.pk, "test")):
        party = Party.objects.get(pk=pk)
        assert (party.name, party.contacts.get().name, party.addresses.count()) == (TEXT, "Anna", 0)


def test_lists_cost_the_same_for_few_and_many_rows(shop: dict[str, int], log_in: LogIn, acme: Company) -> None:
    from tests.support.cast import counted_statements

    client = log_in()
    client.get(reverse("pipeline:quotations"))
    with counted_statements() as few:
        client.get(reverse("pipeline:quotations"))
    with company_scope(actor := system_actor(acme.pk, "test")):
        draft = QuotationDraft(customer_id=shop["zen"], date=TODAY, lines=[line(shop["lamp"])])
        save_quotations(quotations=[draft] * 20, actor=actor, at=AT)
    with counted_statements() as many:
        client.get(reverse("pipeline:quotations"))
    assert few() == many()
