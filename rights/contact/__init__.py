"""What passes between the person and the office: letters, messages, files, the own page's door."""
