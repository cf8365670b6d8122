"""Which actions of tag exist here."""

from __future__ import annotations

from tcmock.invocation import Action, Product, Service
from tcmock.tagging import resources

TAGGING = Product(
    services=(Service("tag", "2018-08-13", {"GetResources": Action(resources.get)}, regional=False),),
)
