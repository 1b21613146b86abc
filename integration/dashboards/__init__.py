"""Figures that managers look at; each is a link to the list it counts."""
