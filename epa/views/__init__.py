"""The pages of the end-point assessment, by noun."""
