"""Who the people of a company are in the database it comes to.

The same id is the same person: ids of people are unique over all cells. So is the same e-mail address: that person keeps
the log-in and password they have there, and what they did in the company is rewritten to the id they have there. The same
log-in name with another address is somebody else, and refused. Everybody else arrives with their password's hash.
"""

from dataclasses import dataclass
from typing import Any

from integration.moving.errors import MovingRefused


@dataclass(frozen=True)
class Person:
    id: int
    username: str
    email: str


def match_people(coming: list[Person], there: list[Person]) -> dict[int, int]:
    """Who of those that come is there already: {id they had: id they have}. Raises MovingRefused with all conflicts."""
    by_id = {person.id: person for person in there}
    by_email = {person.email.casefold(): person for person in there if person.email}
    by_name = {person.username: person for person in there}
    known, conflicts = {}, []
    for person in coming:
        same_id, same_email = by_id.get(person.id), by_email.get(person.email.casefold())
        if same_id and same_email and same_id != same_email:
            conflicts.append(f"{person.username} is user {person.id}, but {person.email} belongs to user {same_email.id}")
        elif found := same_id or same_email:
            known[person.id] = found.id
        elif person.username in by_name:
            conflicts.append(f"the log-in name {person.username} belongs to somebody else ({by_name[person.username].email})")
    if len(set(known.values())) < len(known):
        conflicts.append("two of the people are one and the same there")
    if conflicts:
        raise MovingRefused(f"People are not who they seem: {'; '.join(conflicts)}. Change one of the two and export again.")
    return known


def bring_in_people(cursor: Any, columns: list[str]) -> dict[int, int]:
    """Add those of `incoming` who are not there; return the ids that became others."""
    cursor.execute("SELECT id, username, email FROM incoming ORDER BY id")
    coming = [Person(*row) for row in cursor.fetchall()]
    cursor.execute("SELECT id, username, email FROM identity_user")
    known = match_people(coming, [Person(*row) for row in cursor.fetchall()])
    listed = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"INSERT INTO identity_user ({listed}, is_staff, is_superuser)"
        f" SELECT {listed}, false, false FROM incoming WHERE id <> ALL(%s)",
        [list(known)],
    )
    return {had: has for had, has in known.items() if had != has}
