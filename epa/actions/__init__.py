"""The verbs of the end-point assessment, by noun."""
