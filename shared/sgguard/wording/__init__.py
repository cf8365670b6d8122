"""Reasons in words: English, Chinese and Korean."""

from sgguard.wording.catalogue import LANGUAGES, Language, messages, say

__all__ = ["LANGUAGES", "Language", "messages", "say"]
