"""A marketplace where many shops sell and many people buy.

Read the contexts in the order in which they build on each other: `accounts` (who), `catalog` (what),
`ordering` (the deal), `messaging` (what is said about it), `moderation` (what breaks the rules). `shared` is
the kernel that knows none of them, `operations` runs them all.
"""
