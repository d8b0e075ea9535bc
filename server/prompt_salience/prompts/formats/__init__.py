"""Prompt file formats, one module each behind the protocol in ``format``."""
