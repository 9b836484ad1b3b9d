"""The pure rules of the end-point assessment, by noun."""
