"""A desk's folder → a published folder: the order of the flow, and what it reads and writes as files."""
