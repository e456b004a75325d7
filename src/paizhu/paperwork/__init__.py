"""Dossiers; later documents, exhibits and sheets."""
