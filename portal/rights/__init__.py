"""The pages on which a person asks for their rights, and follows what became of it."""
