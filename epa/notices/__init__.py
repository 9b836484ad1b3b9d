"""The messages of the end-point assessment, by noun."""
