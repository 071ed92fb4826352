"""Documents and outcomes → the ledger: which reading every figure of every sentence rests on."""
