"""A Takeout export: all mail in one mbox (or one a label), in zips or unpacked; where a message stood is told by its labels."""
