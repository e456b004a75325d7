"""Paizhu: the working platform of resident supervision."""
