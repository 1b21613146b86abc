"""What `save_parties` takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class ContactDraft:
    """A person to talk to; `id` names the contact that is changed."""

    id: int | None = None
    name: str
    position: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class AddressDraft:
    """Where to bill (`billing`) or deliver (`delivery`)."""

    id: int | None = None
    purpose: str
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class PartyDraft:
    """A party as it should be. No `id`: a new one. `version`, if given, is the one the editor saw.

    `contacts` and `addresses` are the whole list; None leaves what is there. No credit limit means unlimited.
    """

    id: int | None = None
    version: str = ""
    code: str
    name: str
    is_customer: bool = False
    is_supplier: bool = False
    tax_number: str = ""
    email: str = ""
    phone: str = ""
    currency_code: str
    payment_term_code: str
    credit_limit: Decimal | None = None
    active: bool = True
    external_source: str = ""
    external_ref: str = ""
    contacts: Sequence[ContactDraft] | None = None
    addresses: Sequence[AddressDraft] | None = None
