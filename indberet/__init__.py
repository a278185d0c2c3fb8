"""Indberet: municipal reporting of social statistics, case by case."""

__version__ = "0.1.0"
