"""The watched systems: how their series are found, their objectives, and the limits of their guides.

Panels, descriptions and alerts all take their numbers from here. A target changes in this package and nowhere else; a new
service is one entry of its system.
"""

from .freeagentics import FREEAGENTICS, FREEAGENTICS_INDICATORS
from .inquiry import IN_TIME, INQUIRY, INQUIRY_INDICATORS
from .model import ENVIRONMENT, RULE_VARIABLES, Service, System
from .orchestrator import ORCHESTRATOR, ORCHESTRATOR_INDICATORS
from .shop import SHOP
from .synthdata import GENERATION_TIMES, SYNTHDATA, SYNTHDATA_INDICATORS, generation_time

SYSTEMS = (ORCHESTRATOR, SHOP, FREEAGENTICS, SYNTHDATA, INQUIRY)

__all__ = [
    "ENVIRONMENT",
    "FREEAGENTICS",
    "FREEAGENTICS_INDICATORS",
    "GENERATION_TIMES",
    "INQUIRY",
    "INQUIRY_INDICATORS",
    "IN_TIME",
    "ORCHESTRATOR",
    "ORCHESTRATOR_INDICATORS",
    "RULE_VARIABLES",
    "SHOP",
    "SYNTHDATA",
    "SYNTHDATA_INDICATORS",
    "SYSTEMS",
    "Service",
    "System",
    "generation_time",
]
