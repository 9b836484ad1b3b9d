"""The reads of the end-point assessment, by noun."""
