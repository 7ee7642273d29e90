"""The rules: one pair of files each, `name.py` (META, check) and `name.md`; imported as `sigmalint.rules`."""
