"""Restricted records: placing, reviewing and lifting a restriction, opening one in an emergency, conflicts of interest."""
