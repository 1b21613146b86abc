"""How the list of jobs can be narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.jobs.models import Job


class JobFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=Job.State.choices)

    class Meta:
        model = Job
        fields: list[str] = []
