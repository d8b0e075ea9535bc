"""What the user asks for: one file per command of ``workspace/executeCommand``, each with ``NAME`` and ``execute``.

Arguments are the URI of the document first, then what the command needs; each file says what. A command without the URI
is about the document that was last worked on. A command that takes time starts a job and returns its id.
"""
