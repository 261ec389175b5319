"""What a researcher does to a module: scaffolds, imports, sheets, and terms that retire."""
