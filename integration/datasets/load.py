"""Loading a data set from end to end: company, plan, job, control."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.scope import company_scope
from erp.identity.models import Company
from erp.jobs.models import Job
from erp.jobs.queries import list_jobs
from erp.reference.queries import minor_units
from integration.datasets.control import Control, control
from integration.datasets.errors import DatasetError
from integration.datasets.loader import JOB, SET_SIZE, Loader
from integration.datasets.mapping import DatasetMapping, read_mapping
from integration.datasets.plan import Plan, make_plan
from integration.datasets.source import find_file, fingerprint, read_lines
from integration.founding import found_company


@dataclass(frozen=True)
class Loaded:
    """What came of a load. `loaded_now` is False when everything had been there before."""

    company: Company
    plan: Plan
    job: Job
    control: Control
    loaded_now: bool


def load(
    name: str,
    path: Path,
    *,
    until: datetime.date | None,
    company_code: str | None = None,
    set_size: int = SET_SIZE,
    tell: Callable[[str], None] = lambda line: None,
) -> Loaded:
    """Load the data set into its company, or go on where a load was interrupted; raises DatasetError."""
    mapping = read_mapping(name)
    file = find_file(path, mapping)
    plan = _plan(mapping, file, until)
    company = _company(mapping, company_code)
    actor = system_actor(company.pk, "dataset")
    key = f"{name} until {until or 'the end'} {fingerprint(file)}"
    done_before = _ensure_same(actor, company, key)
    tell(f"{mapping.company.name}: {len(plan.loads):,} documents to load into company {company.code}")
    job = Loader(mapping, plan, actor, tell, set_size=set_size).run(key)
    with company_scope(actor, read_only=True):
        found = control(plan, mapping.name, places=minor_units(mapping.company.currency_code))
    return Loaded(company, plan, job, found, not done_before)


def _plan(mapping: DatasetMapping, file: Path, until: datetime.date | None) -> Plan:
    plan = make_plan(mapping, *read_lines(file, mapping, until))
    if not plan.loads:
        raise DatasetError(f"{file} has no document to load{f' until {until}' if until else ''}.")
    first, last = plan.opening_date.year, plan.loads[-1].document.date.year
    years = mapping.company.first_year, mapping.company.last_year
    if first < years[0] or last > years[1]:
        raise DatasetError(f"The documents are of {first} to {last}; the mapping founds the books of {years[0]} to {years[1]}.")
    return plan


def _company(mapping: DatasetMapping, code: str | None) -> Company:
    wanted = replace(mapping.company, code=code) if code else mapping.company
    company, _is_new = found_company(wanted, at=clock.now())
    return company


def _ensure_same(actor: Actor, company: Company, key: str) -> bool:
    """Whether this very load is done already. The opening stock fits one range of one file: another is refused."""
    with company_scope(actor, read_only=True):
        jobs = list(list_jobs(kind=JOB))
    if others := [job.key for job in jobs if job.key != key]:
        raise DatasetError(
            f"Company {company.code} holds “{others[0]}”, not “{key}”. Its opening stock was computed for that. "
            "Load into another company with --company CODE."
        )
    return any(job.state == Job.State.DONE for job in jobs)
