"""What editors work with: rules, phrases and data together, to try a change before it goes live.

The rules engine knows no phrases and the phrases know no data; here a desk's days, a report type's rules and its
sentences meet, for `reporter rules`.
"""
