from crm.customers.models.activity import Activity

__all__ = ["Activity"]
