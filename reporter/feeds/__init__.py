"""Live feeds: what an exchange answers → rows in the desk's own files. Only `reporter fetch` comes here.

    [[feed]] ─ask (wire: retries, limits, no redirects)→ answer ─check every field→ rows ─merge (store)→ file, whole

Nothing here is imported by a build. The libraries it needs come with `pip install market-reporter[feeds]`.
"""
