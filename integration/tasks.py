"""What the integration does on a schedule."""

import datetime
import logging
import zoneinfo
from functools import partial

from celery import shared_task
from django.core.management import CommandError, call_command

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.units import run_unit
from erp.identity.models import Company, IdempotencyRecord, Mail
from erp.identity.queries import company_facts
from erp.screens.models import Submission
from integration.flows.planning import warehouses_to_plan
from integration.flows.purchasing import pay_due
from scm.planning.operations.forget_plans import forget_plans
from scm.planning.operations.run_plan import plan_anew

KEPT, MAILS_KEPT = datetime.timedelta(days=2), datetime.timedelta(days=30)
NIGHT = 2
log = logging.getLogger(__name__)


@shared_task
def verify_books() -> None:
    """Every night: re-derive every stored total of every company; a difference is an error in the log."""
    try:
        call_command("verify")
    except (CommandError, SystemExit) as failed:
        log.error("verify found differences: %s", failed)


@shared_task
def pay_due_bills() -> None:
    """Every hour: bills whose day has come where the company is are paid within its limits, a few in each unit of work. What
    fails in one company is in the log and keeps no other waiting; the next hour tries again."""
    for company_id in Company.objects.filter(closed_at=None).values_list("pk", flat=True):
        actor = system_actor(company_id, "payments")
        try:
            last = 0
            while last := run_unit(actor, partial(pay_due, last, actor, clock.now())):
                pass
        except Exception:
            log.exception("due bills of company %s were not paid", company_id)


@shared_task
def plan_at_night() -> None:
    """Every hour: where it is two at night, every warehouse is planned from the ground up once, and what old runs found goes."""
    for company_id in Company.objects.filter(closed_at=None).values_list("pk", flat=True):
        actor, at = system_actor(company_id, "planning"), clock.now()
        if at.astimezone(zoneinfo.ZoneInfo(company_facts(company_id).time_zone)).hour != NIGHT:
            continue
        try:
            for warehouse_id in run_unit(actor, partial(warehouses_to_plan, actor, at)):
                run_unit(actor, partial(plan_anew, warehouse_id=warehouse_id, actor=actor, at=at))
            while run_unit(actor, partial(forget_plans, actor=actor, at=at)):
                pass
        except Exception:
            log.exception("company %s was not planned", company_id)


@shared_task
def forget_old() -> None:
    """Every night: answers kept for repeated requests and spent form tokens that no honest repeat needs any more,
    and mails that are done with."""
    for company_id in Company.objects.filter(closed_at=None).values_list("pk", flat=True):
        run_unit(system_actor(company_id, "housekeeping"), _forget)
    Mail.objects.exclude(state=Mail.State.WAITING).filter(created_at__lt=clock.now() - MAILS_KEPT).delete()


def _forget() -> None:
    IdempotencyRecord.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    Submission.objects.filter(at__lt=clock.now() - KEPT).delete()
