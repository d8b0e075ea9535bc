"""The engine as its callers see it: the words they share, where models are found, and the process that runs them."""
