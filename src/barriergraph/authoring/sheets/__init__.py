"""Findings in sheets and records, into a module and out of the graph."""

from barriergraph.authoring.sheets.importing import read_sheet
from barriergraph.authoring.sheets.out import sheet_csv, to_sheet, write_sheet
from barriergraph.authoring.sheets.template import template

__all__ = ["read_sheet", "sheet_csv", "template", "to_sheet", "write_sheet"]
