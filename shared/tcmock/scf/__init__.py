"""Serverless Cloud Function: functions that really run (version 2018-04-16)."""
