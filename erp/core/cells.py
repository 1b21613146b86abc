"""Which ids this database gives out, so that a company can move to another one and keep its own.

A cell is one database. Its ids lie in (cell x 2^44, (cell + 1) x 2^44). Ids stay below 2^53, to which JavaScript counts
exactly, so there are 512 cells of 17.6 million million ids each. A database may be given a higher cell, never a lower
one: newer rows always have higher ids (docs/decisions/a-company-moves-to-a-higher-cell-and-keeps-its-ids.md).
"""

from typing import Any

from django.apps import apps

CELL_SIZE = 2**44
CELLS = 2**53 // CELL_SIZE
SUITES = ("erp.", "crm.", "scm.", "integration.")

_SEQUENCES = """
SELECT s.oid::regclass::text, q.seqstart, q.seqmin, q.seqmax, pg_sequence_last_value(s.oid)
FROM pg_class s
JOIN pg_sequence q ON q.seqrelid = s.oid
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND t.relnamespace = 'public'::regnamespace AND t.relname = ANY(%s) ORDER BY 1
"""


class CellRefused(RuntimeError):
    """The database cannot be this cell; the message says why."""


def first_id(cell: int) -> int:
    return cell * CELL_SIZE + 1


def last_id(cell: int) -> int:
    return (cell + 1) * CELL_SIZE - 1


def cell_of(identifier: int) -> int:
    """The cell an id was given out in."""
    return identifier // CELL_SIZE


def our_tables() -> list[str]:
    """The tables of the product's own models, those of no company included."""
    models = apps.get_models(include_auto_created=True)
    return sorted({m._meta.db_table for m in models if m._meta.managed and m._meta.app_config.name.startswith(SUITES)})


def settle_in_cell(connection: Any, cell: int) -> list[str]:
    """Let every id sequence of ours count inside the cell; return those that did not yet. Owner only, idempotent.

    Raises CellRefused for a cell that is not one, or lower than the one ids were already given out in.
    """
    if not 0 <= cell < CELLS:
        raise CellRefused(f"WEFT_CELL={cell} is no cell: the cells are 0 to {CELLS - 1}.")
    wanted = (first_id(cell), first_id(cell), last_id(cell))
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [our_tables()])
        sequences = cursor.fetchall()
        beyond = [name for name, *_, given_out in sequences if given_out is not None and given_out > last_id(cell)]
        if beyond:
            raise CellRefused(
                f"This database gave out ids of a higher cell than WEFT_CELL={cell} already ({beyond[0]}). "
                "Set WEFT_CELL to the cell it has, or to a higher one that no other database has."
            )
        moved = [(name, given_out) for name, *bounds, given_out in sequences if tuple(bounds) != wanted]
        for name, given_out in moved:
            inside = given_out is not None and given_out >= first_id(cell)
            restart = "" if inside else f" RESTART WITH {wanted[0]}"
            cursor.execute(f"ALTER SEQUENCE {name} START WITH {wanted[0]} MINVALUE {wanted[1]} MAXVALUE {wanted[2]}{restart}")
    return [name for name, _ in moved]
