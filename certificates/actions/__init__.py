"""The verbs of consent, records of achievement and claims, by noun."""
