"""The forms of the end-point assessment, by noun."""
