"""The language server: the only code that knows the language server protocol.

A request's parameters become a pure call on an immutable snapshot (``editor``), and the answer is converted in one
place (``to_lsp``). One file per method: ``requests``, ``notifications``, ``commands``.
"""
