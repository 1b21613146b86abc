from erp.parties.models.address import Address
from erp.parties.models.contact import Contact
from erp.parties.models.party import Party

__all__ = ["Address", "Contact", "Party"]
