"""The ledger and finished files → what in them the ledger does not bear out."""
