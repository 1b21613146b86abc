"""Background work in a worker. A task that dies with its worker is delivered again and goes on where it stopped."""

from celery import shared_task

from erp.identity.access import find_actor_named


@shared_task
def run_bulk(company_id: int, actor_name: str, run_id: int) -> None:
    """One bulk run, by who asked for it with what they may do today; nothing if they may not enter any more."""
    from erp.jobs.bulk import carry_out

    actor = find_actor_named(actor_name, company_id)
    if actor is not None:
        carry_out(run_id, actor)
