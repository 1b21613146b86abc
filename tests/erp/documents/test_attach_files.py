"""Files on documents: behind the wall, of harmless types, fetched as downloads, removed by those who may."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents import rules
from erp.documents.models import Attachment
from erp.documents.operations.attach_files import FileDraft, attach_files
from erp.documents.operations.remove_files import remove_files
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.screens.views.verbs import each_refusal
from tests.support.cast import AT, person
from tests.support.trade import LogIn, Trade

REFUSED = (BusinessRuleViolation, Refusals)
PDF = b"%PDF-1.7 drawing"
Attach = Callable[..., list[int]]


@pytest.fixture
def order(trade: Trade) -> int:
    return trade.order()


@pytest.fixture
def attach(trade: Trade, acme: Company, order: int) -> Attach:
    """As somebody of the role, to the order."""

    def run(*files: tuple[str, bytes], role: Role = Role.SALESPERSON, user_id: int = 1, max_mb: int = 1) -> list[int]:
        actor = person(acme, role, user_id=user_id)
        drafts = [FileDraft(document=DocumentRef("sales_order", order), name=name, content=content) for name, content in files]
        with company_scope(actor):
            return attach_files(files=drafts, max_mb=max_mb, actor=actor, at=AT)

    return run


def stored(trade: Trade) -> list[Attachment]:
    with company_scope(trade.actor, read_only=True):
        return list(Attachment.objects.order_by("pk"))


def test_what_is_attached_comes_back_byte_for_byte_as_a_download(trade: Trade, order: int, log_in: LogIn) -> None:
    sam = log_in(Role.SALESPERSON)
    content = PDF + bytes(range(256))
    page = reverse("sales:order", args=[order])
    sent = {"files": SimpleUploadedFile("Plan \\ 图纸.pdf", content, content_type="text/html"), "next": page}
    assert sam.post(reverse("screens:attach", args=["sales_order", order]), sent).status_code == 302
    [row] = stored(trade)
    assert (row.name, row.media_type, row.size) == ("图纸.pdf", "application/pdf", len(content))
    answer = sam.get(reverse("screens:file", args=[row.pk]))
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"] and "'self'" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    text = sam.get(page).content.decode()
    assert "图纸.pdf" in text and reverse("screens:remove_file", args=[row.pk]) in text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", b"<script>", "file_not_allowed"),
        ("drawing.svg", b"<svg/>", "file_not_allowed"),
        ("run.exe", b"MZ", "file_not_allowed"),
        ("no ending", PDF, "file_not_allowed"),
        ("page.pdf", b"<html>", "file_not_allowed"),
        ("page.png", PDF, "file_not_allowed"),
        ("notes.txt", b"a\x00b", "file_not_allowed"),
        ("empty.pdf", b"", "file_empty"),
        ("large.pdf", PDF + b" " * 2**20, "file_too_large"),
    ],
)
def test_a_file_that_is_not_allowed_is_refused_by_name(
    attach: Attach, trade: Trade, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(REFUSED) as caught:
        attach(("good.pdf", PDF), (name, content))
    [refusal] = each_refusal(caught.value)
    assert refusal.code == code and name in refusal.sentence
    assert stored(trade) == []


def test_a_file_of_exactly_the_limit_is_taken(attach: Attach, trade: Trade) -> None:
    attach(("edge.pdf", PDF + b" " * (2**20 - len(PDF))))
    assert [row.size for row in stored(trade)] == [2**20]


def test_who_may_not_open_the_document_may_neither_attach_nor_fetch(
    attach: Attach, trade: Trade, log_in: LogIn, order: int
) -> None:
    with pytest.raises(REFUSED) as caught:
        attach(("a.pdf", PDF), role=Role.PRODUCTION_OPERATOR)
    assert [one.code for one in each_refusal(caught.value)] == ["not_found"]
    [pk] = attach(("a.pdf", PDF))
    assert log_in(Role.PRODUCTION_OPERATOR).get(reverse("screens:file", args=[pk])).status_code == 404
    assert Client().get(reverse("screens:file", args=[pk])).status_code == 302


def test_another_company_sees_no_file(attach: Attach, rival: Company) -> None:
    [pk] = attach(("a.pdf", PDF))
    other = person(rival, Role.ADMINISTRATOR)
    with company_scope(other):
        assert not Attachment.objects.filter(pk=pk).exists()
        with pytest.raises(REFUSED):
            remove_files(attachment_ids=[pk], actor=other, at=AT)


def test_one_removes_ones_own_file_and_a_manager_anybodys(attach: Attach, trade: Trade, acme: Company) -> None:
    first, second = attach(("a.pdf", PDF), ("b.pdf", PDF))
    colleague, manager = person(acme, Role.SALESPERSON, user_id=2), person(acme, Role.SALES_MANAGER, user_id=3)
    with company_scope(colleague), pytest.raises(REFUSED) as caught:
        remove_files(attachment_ids=[first], actor=colleague, at=AT)
    assert [one.code for one in each_refusal(caught.value)] == ["not_your_file"]
    for actor, pk in ((person(acme, Role.SALESPERSON), first), (manager, second)):
        with company_scope(actor):
            assert remove_files(attachment_ids=[pk], actor=actor, at=AT) == 1
    assert [(bytes(row.content), row.removed_by) for row in stored(trade)] == [(b"", "user:1"), (b"", "user:3")]


def test_a_removed_file_is_gone_and_removing_it_again_is_refused(attach: Attach, acme: Company, log_in: LogIn) -> None:
    [pk] = attach(("a.pdf", PDF))
    actor = person(acme, Role.SALESPERSON)
    with company_scope(actor):
        remove_files(attachment_ids=[pk], actor=actor, at=AT)
        with pytest.raises(REFUSED) as caught:
            remove_files(attachment_ids=[pk], actor=actor, at=AT)
    assert [one.code for one in each_refusal(caught.value)] == ["file_gone"]
    assert log_in(Role.ADMINISTRATOR).get(reverse("screens:file", args=[pk])).status_code == 404


@override_settings(ATTACHMENT_MAX_MB=1)
def test_a_request_larger_than_all_files_together_is_stopped_before_it_is_read(log_in: LogIn, order: int, trade: Trade) -> None:
    sam = log_in(Role.SALESPERSON)
    url = reverse("screens:attach", args=["sales_order", order])
    large = SimpleUploadedFile("a.pdf", PDF + b" " * 6 * 2**20)
    assert sam.post(url, {"files": large}).status_code == 400
    assert sam.post(url, {"files": SimpleUploadedFile("a.pdf", PDF + b" " * 2 * 2**20)}).status_code == 302
    assert stored(trade) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\plans\\x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
        (f"{'长' * 300}.pdf", f"{'长' * 196}.pdf"),
        ("..", ""),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert rules.clean_name(given) == kept
