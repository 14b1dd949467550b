"""Reads the list of rooms that a school has, as spreadsheets and other programs write it.

`rows.py` finds the rows, `columns.py` says which column is which of ours, `cells.py` what a
spreadsheet spoilt, `listed.py` puts them together, `changes.py` compares with the register.  Pure.
"""
