"""What the client tells: one file per notification, each with ``METHOD`` and ``take``."""
