"""What a person writes for the guard: cluster files, template files, the site's config."""
