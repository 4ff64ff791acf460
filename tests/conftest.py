"""How Hypothesis runs here.

`steady` (the default): the same examples every time, so that a run which fails fails again. `explore`: new examples,
`pytest --hypothesis-profile=explore`; the slow property tests explore always. Nothing has a deadline: the machine may be busy.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("explore"), derandomize=True)
settings.load_profile("steady")
