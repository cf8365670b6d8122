"""Shows messages the way each product shows them, from the very bodies that are sent.

Each product's grammar is read here a second time, mentions and automatic links included: what somebody else's
text could make a message do shows in the HTML, where tests look for it and people see it.
"""

from sglab.preview.page import page
from sglab.preview.picture import Picture, picture_of

__all__ = ["Picture", "page", "picture_of"]
