"""Stand-ins for outside services and real processes, for the demonstration and the tests; no app imports them."""
