"""Made-up metrics of the watched systems: every series of the catalogue as a function of time."""
