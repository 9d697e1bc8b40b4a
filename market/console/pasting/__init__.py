"""Tables that people paste from a spreadsheet: understood where it is certain, shown again where it is not."""
