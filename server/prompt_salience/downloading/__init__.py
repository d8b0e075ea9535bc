"""Getting models from Kaggle, in a process of its own."""
