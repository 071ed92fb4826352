"""What a finished brief can be held to: its ledger, and the checks that hold it back."""
