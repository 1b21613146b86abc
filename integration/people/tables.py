"""Who works in the company, with which role."""

from typing import Any

import django_filters
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.identity.models import Membership
from erp.identity.operations.end_memberships import end_memberships
from erp.identity.operations.send_invitations import send_invitations
from erp.identity.permissions import MANAGE_PEOPLE
from erp.identity.roles import STAFF_CHOICES
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {
    "active": State(_("Active"), "done"),
    "invited": State(_("Invited"), "waiting"),
    "ended": State(_("Access ended"), "cancelled"),
}


def list_people(actor: Actor) -> QuerySet[Any]:
    """Memberships of the actor's company; memberships are global rows, so the company is asked for here."""
    return (
        Membership.objects.filter(company_id=actor.company_id)
        .select_related("user")
        .annotate(
            state=Case(
                When(active=False, then=Value("ended")),
                When(user__password__startswith=UNUSABLE_PASSWORD_PREFIX, then=Value("invited")),
                default=Value("active"),
            ),
            last_login=F("user__last_login"),
        )
    )


class PeopleFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(label=_("Role"), choices=STAFF_CHOICES)
    state = django_filters.ChoiceFilter(label=_("State"), choices=[(key, state.label) for key, state in STATES.items()])

    class Meta:
        model = Membership
        fields: list[str] = []


def end_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    names = {m.pk: str(m.user) for m in Membership.objects.filter(pk__in=ids).select_related("user")}
    at = clock.now()
    return bulk_each(request, ids, lambda pk: end_memberships(membership_ids=[pk], actor=actor, at=at), lambda pk: names[pk])


def send_again(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    """Mail the link again to those who have not come in yet; the others are named."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    names = {m.pk: str(m.user) for m in Membership.objects.filter(pk__in=ids).select_related("user")}
    site, at = request.build_absolute_uri("/"), clock.now()

    def again(pk: int) -> int:
        return send_invitations(membership_ids=[pk], site=site, actor=actor, at=at)

    return bulk_each(request, ids, again, lambda pk: names.get(pk, str(pk)))


SCREEN = ListScreen(
    name="people",
    title=_("People and roles"),
    permission=MANAGE_PEOPLE,
    rows=list_people,
    columns=(
        Column(name="name", label=_("Name"), field="user__display_name"),
        Column(name="username", label=_("User name"), field="user__username"),
        Column(name="email", label=_("E-mail address"), field="user__email"),
        Column(name="role", label=_("Role"), field="get_role_display", sort="role"),
        Column(name="state", label=_("State"), kind="state", states=STATES, sort=False),
        Column(name="last_login", label=_("Last log-in"), kind="time", sort="user__last_login"),
    ),
    filters=PeopleFilter,
    search=("user__display_name", "user__username", "user__email"),
    default_sort="user__display_name",
    row_label=lambda row: str(row.user),
    primary=Action(_("Invite somebody"), "people:invite", MANAGE_PEOPLE, icon="user-plus"),
    bulk=(
        BulkVerb(
            name="again",
            label=_("Send invitation again"),
            permission=MANAGE_PEOPLE,
            perform=send_again,
            icon="mail-forward",
            as_job="never",
        ),
        BulkVerb(
            name="end",
            label=_("End access"),
            permission=MANAGE_PEOPLE,
            perform=end_many,
            icon="user-off",
            danger=True,
            confirm=_("End the access of %(count)s people to this company?"),
            confirm_one=_("End the access of this person to this company?"),
        ),
    ),
    empty=_("Nobody has been invited yet."),
)
