"""What people keep on documents, for programs: files and tasks."""

import base64

from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from tests.integration.api import trade
from tests.integration.api.conftest import Program


def test_files_and_tasks_travel_with_their_document(api: Program, acme: Company) -> None:
    trade.masters(api)
    trade.stock(api, "5")
    number = trade.order(api)["number"]
    of = {"kind": "sales_order", "document": number}
    sent = {**of, "name": "gate.pdf", "content": base64.b64encode(b"%PDF-1 gate").decode()}
    file = trade.created(api.post("erp/attachments/", sent))
    assert (file["name"], file["size"], "content" in file) == ("gate.pdf", 11, False)
    assert api.get(f"erp/attachments/{file['id']}/").json()["content"] == sent["content"]
    listed = api.get(f"erp/attachments/?kind=sales_order&document={number}").json()["results"]
    assert [row["id"] for row in listed] == [file["id"]]
    assert trade.created(api.post(f"erp/attachments/{file['id']}/remove/"))["removed_by"]
    assert api.get(f"erp/attachments/{file['id']}/").status_code == 404
    assert api.post("erp/attachments/", {**sent, "content": "no base64!"}).status_code == 400
    assert api.post("erp/attachments/", {**sent, "name": "gate.html"}).status_code == 400
    user = User.objects.create(username="worker", email="worker@example.com")
    planned = {**of, "subject": "Call", "due_date": "2026-03-02", "owner_id": user.pk}
    assert api.post("erp/tasks/", planned).json()["errors"][0]["code"] == "not_in_company"
    Membership.objects.create(user=user, company=acme, role=Role.SALESPERSON)
    task = trade.created(api.post("erp/tasks/", planned))
    assert trade.created(api.post(f"erp/tasks/{task['id']}/complete/"))["done_at"]
    assert api.post(f"erp/tasks/{task['id']}/complete/").status_code == 409
