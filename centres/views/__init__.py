"""The pages of the centre's side, split by noun."""
