"""A change is made to the version that was read, or not at all."""

from typing import Any

import pytest

from tests.integration.api import trade
from tests.integration.api.conftest import Program


def patch(api: Program, path: str, data: Any, etag: str | None) -> Any:
    return api.patch(path, data, headers={"If-Match": etag} if etag else {})


def test_read_change_and_change_again_with_the_new_version(api: Program) -> None:
    trade.product(api)
    etag = api.get("erp/products/P1/")["ETag"]
    assert etag.startswith('W/"')
    changed = patch(api, "erp/products/P1/", {"list_price": "25", "name": "Other"}, etag)
    assert changed.status_code == 200, changed.content
    assert (changed.json()["list_price"], changed.json()["name"]) == ("25.00", "Other")
    assert changed["ETag"] != etag
    assert changed["ETag"] == api.get("erp/products/P1/")["ETag"]
    assert patch(api, "erp/products/P1/", {"list_price": "26"}, changed["ETag"]).status_code == 200


def test_a_version_that_is_gone_is_412_and_changes_nothing(api: Program) -> None:
    trade.product(api)
    etag = api.get("erp/products/P1/")["ETag"]
    patch(api, "erp/products/P1/", {"name": "First wins"}, etag)
    late = patch(api, "erp/products/P1/", {"name": "Too late"}, etag)
    assert (late.status_code, late.json()["type"]) == (412, "urn:weft:problem:stale_edit")
    assert api.get("erp/products/P1/").json()["name"] == "First wins"


def test_without_a_version_it_is_428(api: Program) -> None:
    trade.product(api)
    answer = patch(api, "erp/products/P1/", {"name": "x"}, None)
    assert (answer.status_code, answer.json()["type"]) == (428, "urn:weft:problem:precondition_required")


@pytest.mark.parametrize("etag", ["*", '"{version}"', 'W/"1", W/"{version}"'])
def test_every_way_to_name_the_version_works(api: Program, etag: str) -> None:
    version = trade.product(api) and api.get("erp/products/P1/")["ETag"].removeprefix('W/"').removesuffix('"')
    assert patch(api, "erp/products/P1/", {"name": "x"}, etag.format(version=version)).status_code == 200


def test_a_created_record_comes_with_its_version(api: Program) -> None:
    made = api.post("erp/products/", {"sku": "P1", "name": "x", "unit": "PC", "tax_code": "STD", "list_price": "1"})
    assert made["ETag"] == api.get(made["Location"].removeprefix("/api/v1/"))["ETag"]


def test_a_patch_changes_only_what_it_names(api: Program) -> None:
    contacts = [{"name": "Ada", "email": "ada@example.com"}]
    before = trade.customer(api, credit_limit="100", contacts=contacts, addresses=[{"purpose": "billing", "city": "Berlin"}])
    after = patch(api, "erp/parties/C1/", {"phone": "+49 1"}, "*").json()
    assert after == {**before, "phone": "+49 1"}
    cleared = patch(api, "erp/parties/C1/", {"credit_limit": None, "contacts": []}, "*").json()
    assert cleared == {**after, "credit_limit": None, "contacts": []}


def test_a_line_given_by_patch_needs_all_its_fields(api: Program) -> None:
    trade.customer(api)
    answer = patch(api, "erp/parties/C1/", {"contacts": [{"email": "x"}]}, "*")
    assert {error["field"] for error in answer.json()["errors"]} == {"contacts.0.name", "contacts.0.email"}


def test_a_quotation_keeps_its_lines_or_gets_new_ones(api: Program) -> None:
    trade.masters(api)
    before = trade.quotation(api, "3", reference="a")
    url = f"crm/quotations/{before['number']}/"
    after = patch(api, url, {"reference": "b"}, "*").json()
    assert after == {**before, "reference": "b"}
    etag = api.get(url)["ETag"]
    new = patch(api, url, {"lines": trade.lines("5", unit_price="10")}, etag).json()
    assert [(line["quantity"], line["unit_price"]) for line in new["lines"]] == [("5", "10.00")]
    assert patch(api, url, {"reference": "c"}, etag).status_code == 412


def test_a_verb_heeds_the_version_where_it_is_sent(api: Program) -> None:
    trade.masters(api)
    url = f"crm/quotations/{trade.quotation(api, '3')['number']}/"
    etag = api.get(url)["ETag"]
    patch(api, url, {"lines": trade.lines("5")}, etag)
    late = api.post(f"{url}accept/", headers={"If-Match": etag})
    assert (late.status_code, late.json()["type"]) == (412, "urn:weft:problem:changed_since_seen")
    assert "Look at it again" in late.json()["errors"][0]["message"]
    seen = api.post(f"{url}accept/", headers={"If-Match": api.get(url)["ETag"]})
    assert (seen.status_code, seen.json()["state"]) == (200, "accepted")


def test_merge_patch_is_a_patch(api: Program) -> None:
    trade.product(api)
    answer = api.generic(
        "PATCH",
        "/api/v1/erp/products/P1/",
        b'{"name": "x"}',
        content_type="application/merge-patch+json",
        headers={"If-Match": "*"},
    )
    assert answer.json()["name"] == "x"


def test_opportunities_rules_and_categories_have_versions_too(api: Program) -> None:
    trade.customer(api)
    opportunity = trade.created(api.post("crm/opportunities/", {"name": "Big one", "customer": "C1", "expected_amount": "1000"}))
    assert patch(api, f"crm/opportunities/{opportunity['number']}/", {"probability": "0.5"}, "*").json()["probability"] == "0.5"
    rule = trade.created(api.post("integration/rules/", {"verb": "confirm", "name": "all", "valid_from_date": "2026-01-01"}))
    assert patch(api, f"integration/rules/{rule['id']}/", {"limit_amount": "50"}, "*").json()["limit_amount"] == "50.00"
    category = trade.created(api.post("erp/product-categories/", {"code": "K", "name": "Kit"}))
    assert patch(api, "erp/product-categories/K/", {"name": "Kits"}, "*").json() == {**category, "name": "Kits"}
