"""An explanation as something to look at or to pass on: terminal picture, JSON, notebook."""
