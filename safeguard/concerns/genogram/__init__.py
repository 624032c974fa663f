"""The genogram: a family drawn by the convention of the field. Pure, over plain facts."""
