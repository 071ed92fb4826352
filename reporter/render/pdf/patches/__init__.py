"""Corrections of WeasyPrint that a brief's pages need."""
