"""Jinja templates, rendered in a bounded sandbox to text that remembers where it came from."""
