"""Background work in a worker. A task that dies with its worker is delivered again and goes on where it stopped."""

from celery import shared_task

from erp.identity.access import find_actor


@shared_task
def run_bulk(company_id: int, user_id: int, run_id: int) -> None:
    """One bulk run, by the person as a member of the company today; nothing for one who has left."""
    from erp.jobs.bulk import carry_out

    actor = find_actor(user_id, company_id)
    if actor is not None:
        carry_out(run_id, actor)
