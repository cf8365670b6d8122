"""Security Token Service: roles taken on, and who one is (version 2018-08-13)."""
