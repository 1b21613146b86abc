"""What tests share. Property tests have no deadline: the machine is shared, and slowness is measured elsewhere."""

from hypothesis import settings

settings.register_profile("weft", deadline=None)
settings.load_profile("weft")
