"""Property tests measure no time: a busy machine must not fail them."""

from hypothesis import settings

settings.register_profile("patient", parent=settings.default, deadline=None)
settings.load_profile("patient")
