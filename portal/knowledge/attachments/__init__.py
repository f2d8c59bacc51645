"""Files that belong to articles: forms to fill in, leaflets, lists. What a file is, its content says, not its name."""
