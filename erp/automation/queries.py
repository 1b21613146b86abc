"""Reads of the inbox, of what was decided and of what waits for approval."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erp.automation.actions import actions, find_action
from erp.automation.errors import ApprovalMissing
from erp.automation.models import ApprovalPolicy, ApprovalRequest, AutomaticStep, Delegation, ExceptionItem, Rule
from erp.automation.permissions import settling_of
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation
from erp.core.events import DocumentRef
from erp.core.rows import COMPANY, fetch
from erp.documents.causation import Happening
from erp.identity.access import roles_of, roles_of_users
from erp.screens.formats import date, number

SENTENCES: dict[str, str | Promise] = {
    "no_rule": _("No automation rule covers this step on that day."),
    "not_matching": _("No automation rule applies to this document."),
    "waiting_for_stock": _("%(document)s waits for stock. Receive goods, and it goes on by itself."),
    "promise_moved": _("The goods of %(document)s will be there on %(now)s, not on %(was)s."),
    "not_approved": _("%(document)s was not approved: %(comment)s"),
    "bill_held": _("%(document)s does not match what was ordered and came in. Look at its lines; release it or reject it."),
    "no_amount": _("What it comes to is not known, and the limit is %(limit)s."),
    "over_limit": _("The amount of %(amount)s is above the limit of %(limit)s."),
}

# Of what is asked (kind, amount), the policy of each that fits on the day: the one that begins at the highest amount.
_FITTING = f"""
LEFT JOIN LATERAL (
    SELECT p.id, p.name, p.from_amount FROM automation_approvalpolicy p
    WHERE p.company_id = {COMPANY} AND p.kind = u.kind AND p.from_amount <= u.amount
      AND p.valid_from_date <= %s AND (p.valid_to_date IS NULL OR p.valid_to_date >= %s)
    ORDER BY p.from_amount DESC, p.id DESC LIMIT 1
) p ON true
"""  # noqa: S608
_POLICIES = f"""
SELECT p.id FROM unnest((SELECT %s::text[]), (SELECT %s::numeric[])) WITH ORDINALITY AS u(kind, amount, ord)
{_FITTING} ORDER BY u.ord
"""  # noqa: S608
_LACKING = f"""
SELECT u.ord, p.from_amount, p.name
FROM unnest((SELECT %s::text[]), (SELECT %s::numeric[]), (SELECT %s::bigint[])) WITH ORDINALITY AS u(kind, amount, id, ord)
{_FITTING}
WHERE p.id IS NOT NULL AND NOT EXISTS (
    SELECT FROM automation_approvalrequest r
    WHERE r.company_id = {COMPANY} AND r.kind = u.kind AND r.document_id = u.id AND r.state = 'granted'
      AND r.amount >= u.amount)
ORDER BY u.ord
"""  # noqa: S608


def list_exceptions(*, state: str = ExceptionItem.State.OPEN) -> QuerySet[ExceptionItem]:
    """The inbox, oldest first."""
    return ExceptionItem.objects.filter(state=state).order_by("id")


def find_rule(rule_id: int) -> Rule | None:
    return Rule.objects.filter(pk=rule_id).first()


def rules_as_of(day: datetime.date) -> QuerySet[Rule]:
    """All rules with `state` on the day: planned, in_force or ended."""
    return Rule.objects.annotate(
        state=Case(
            When(valid_from_date__gt=day, then=Value("planned")),
            When(valid_to_date__lt=day, then=Value("ended")),
            default=Value("in_force"),
        )
    )


def can_settle(item: ExceptionItem, actor: Actor) -> bool:
    """Whether the actor may close it without doing anything, or open it again: as its owner, the owner's manager, or
    because they may do what it asks for."""
    action = find_action(item.verb, item.kind)
    return actor.can(settling_of(item.owner_role)) or (action is not None and actor.can(action.permission))


def words_of(verb: str, kind: str) -> str:
    """What is to be done, as its button says it; the bare verb where no action is registered."""
    action = find_action(verb, kind)
    return str(action.label) if action else verb


def verb_choices() -> list[tuple[str, str]]:
    """The verbs that exceptions are about, each once."""
    return sorted({action.verb: str(action.label) for action in actions()}.items(), key=lambda choice: choice[1])


def rule_choices() -> list[tuple[str, str]]:
    """The verbs that a rule may allow, each once."""
    return sorted(
        {action.verb: str(action.label) for action in actions() if action.conditions}.items(), key=lambda choice: choice[1]
    )


def list_steps(*, kind: str, document_id: int) -> QuerySet[AutomaticStep]:
    """What Weft decided about a document, in order."""
    return AutomaticStep.objects.filter(kind=kind, document_id=document_id).order_by("id")


def sentence_of(reason: Mapping[str, Any]) -> str:
    """A stored reason as a sentence in the reader's language; "" for a yes.

    Codes are those of the decision or of any refusal in the product; a code no version of it knows is shown as it is.
    """
    code, params = reason.get("code", ""), _Lenient(reason.get("params", {}))
    if code in ("over_limit", "no_amount"):
        params.update({name: number(value, len(value.partition(".")[2])) for name, value in params.items()})
    if code == "promise_moved":
        params.update({name: date(datetime.date.fromisoformat(params[name])) for name in ("was", "now")})
    if code in SENTENCES:
        return str(SENTENCES[code]) % params
    for refusal in _refusals(BusinessRuleViolation):
        if refusal.code == code:
            texts = (str(refusal.message), str(refusal.remedy))
            return " ".join(text % params for text in texts if text)
    return str(code)


def rules_behind(happenings: Sequence[Happening], causes: Mapping[int, DocumentRef]) -> dict[int, str]:
    """The names of the rules that let the system do these events, by event id; two statements at most.

    `causes` tells the document whose event caused each of them. A decision and what it led to happened in one unit of
    work, so they carry the same instant; the decision was about the document itself or about the one that caused it.
    """
    wanted = {h.id: {h.document, causes.get(h.id, h.document)} for h in happenings if h.actor.startswith("system:")}
    if not wanted:
        return {}
    times = {h.at for h in happenings if h.id in wanted}
    ids = {ref.id for refs in wanted.values() for ref in refs}
    steps = AutomaticStep.objects.filter(document_id__in=ids, at__in=times, allowed=True, rule_id__isnull=False)
    found = {(DocumentRef(s.kind, s.document_id), s.at): s.rule_id for s in steps}
    names = dict(Rule.objects.filter(pk__in=set(found.values())).values_list("pk", "name")) if found else {}
    result = {}
    for happening in happenings:
        rules = [found[ref, happening.at] for ref in wanted.get(happening.id, ()) if (ref, happening.at) in found]
        if rules and rules[0] in names:
            result[happening.id] = names[rules[0]]
    return result


@dataclass(frozen=True)
class Voice:
    """A role in which somebody may answer: their own, or that of the user who delegated it."""

    role: str
    for_user_id: int | None = None


def policies_for(asked: Sequence[tuple[str, Decimal]], *, on: datetime.date) -> list[ApprovalPolicy | None]:
    """Of each (kind, amount in company currency) the policy in force that asks for approval: of those that fit the one that
    begins at the highest amount. One statement, one more where any does."""
    rows = fetch(_POLICIES, [[kind for kind, _amount in asked], [amount for _kind, amount in asked], on, on])
    ids = [row[0] for row in rows]
    policies = ApprovalPolicy.objects.in_bulk({pk for pk in ids if pk}) if any(ids) else {}
    return [policies.get(pk) for pk in ids]


def lack_approval(kind: str, documents: Sequence[tuple[int, str, Decimal]], *, on: datetime.date) -> list[BusinessRuleViolation]:
    """Refusals for those of the documents (id, number, amount) that need an approval and have none of that much. One
    statement."""
    if not documents:
        return []
    ids, names, amounts = (list(column) for column in zip(*documents, strict=True))
    rows = fetch(_LACKING, [[kind] * len(ids), amounts, ids, on, on])
    return [
        ApprovalMissing(document=names[i - 1], document_id=ids[i - 1], amount=number(amount, 2), policy=policy)
        for i, amount, policy in rows
    ]


def voices_of(actor: Actor, *, on: datetime.date) -> list[Voice]:
    """The roles of a person or key, and those of the people who delegated theirs for the day. Three statements at most."""
    own = [Voice(role) for role in roles_of(actor)]
    if actor.user_id is None:
        return own
    rows = Delegation.objects.filter(to_user_id=actor.user_id, first_date__lte=on, last_date__gte=on, ended_at=None)
    away = sorted(set(rows.values_list("from_user_id", flat=True)))
    roles = roles_of_users(away, actor.company_id) if away else {}
    return own + [Voice(role, user) for user in away for role in roles.get(user, ())]


def voice_for(row: ApprovalRequest, voices: Sequence[Voice], agreed: set[str]) -> Voice | None:
    """The first voice that the present stage of the request still asks; nobody lends a voice for what they made themselves."""
    stage = row.stages[row.stage]
    open_roles = [role for role in stage["roles"] if role not in agreed]
    fitting = (v for v in voices if v.role in open_roles and f"user:{v.for_user_id}" != row.asked_by)
    return next(fitting, None)


def list_approvals() -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.select_related("policy")


def approvals_of(kind: str, document_id: int) -> list[ApprovalRequest]:
    """The requests of a document, the newest first, with their answers."""
    rows = ApprovalRequest.objects.filter(kind=kind, document_id=document_id).order_by("-id")
    return list(rows.prefetch_related("answers"))


class _Lenient(dict[str, Any]):
    """A text that gained a placeholder after the reason was stored stays readable."""

    def __missing__(self, key: str) -> str:
        return "…"


def _refusals(cls: type[BusinessRuleViolation]) -> Iterator[type[BusinessRuleViolation]]:
    yield cls
    for sub in cls.__subclasses__():
        yield from _refusals(sub)
