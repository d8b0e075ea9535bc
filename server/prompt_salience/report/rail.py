"""A rail in the margin that ties the rows of one unit together where no colour does."""

from __future__ import annotations

from prompt_salience.report.escaping import expressible
from prompt_salience.report.layout import Row
from prompt_salience.report.unit_lookup import UnitLookup


def rail(units: UnitLookup, row: Row, encoding: str) -> str:
    """The piece of rail beside ``row``, one column wide; empty where no unit goes on to or comes from another row."""
    coming, going = units.across(row.start), units.across(row.end)
    if coming is None and going is None:
        return ""
    if coming == going:
        return expressible("│", "|", encoding)
    piece = "╭" if coming is None else "╰" if going is None else "├"
    return expressible(piece, "+", encoding)
