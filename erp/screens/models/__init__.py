from erp.screens.models.list_preference import ListPreference
from erp.screens.models.submission import Submission

__all__ = ["ListPreference", "Submission"]
