"""Pictures: figures over what one reader may know of, each with its table, its rule and its records."""
