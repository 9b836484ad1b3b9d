"""Pages about learners and about their sheets."""
