"""Builds the functions' zips and brings a deployment to what serverless.yml says: ``python -m deploy``."""
