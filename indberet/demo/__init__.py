"""Fictitious cases and services, made from the definitions: for demos, tests and measuring."""
