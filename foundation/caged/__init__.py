"""What runs in the cage: every look at a file that a stranger sent.

These modules run in a child process with limits on memory, processor and time (``foundation.cage`` starts it). They
know neither Django nor the settings nor the database, so that a file that takes the child over has taken over nothing.
"""
