"""A person's own copy on pages: fetched by its owner, prepared and watched at the desk."""
