"""The console's walk test: its page, its banner and its record."""
