"""A ledger's claims → the same figures computed again, by other code."""
