"""Loads real data sets through the same operations as people use, in sets, by a mapping file."""
