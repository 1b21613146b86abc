from erp.identity.models.api_key import ApiKey
from erp.identity.models.company import Company
from erp.identity.models.idempotency import IdempotencyRecord
from erp.identity.models.mail import Mail
from erp.identity.models.membership import Membership
from erp.identity.models.user import User

__all__ = ["ApiKey", "Company", "IdempotencyRecord", "Mail", "Membership", "User"]
