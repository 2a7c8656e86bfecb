"""A module that takes long to load, for tests of `dashkit._process`."""

from __future__ import annotations

import time

time.sleep(600)
