"""What is wrong, on pages: stated by the person, decided at the desk, and who was told."""
