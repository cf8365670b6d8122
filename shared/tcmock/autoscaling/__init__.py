"""Auto Scaling, `as` in its host name: launch configurations, read only (version 2018-04-19)."""
