"""A year in the life: the demonstration's people and what they did, made through the verbs by moving the clock."""
