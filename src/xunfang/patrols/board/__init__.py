"""The night of one station as its page shows it: board, reasons, response curve."""
