"""What ends a command early, other than the model: the input or the command line is at fault."""


class InputError(Exception):
    """The input is at fault; the message says where and why, in one or more lines."""


class OutputError(Exception):
    """Standard output cannot be written, for another reason than that its reader went away."""


class UsageError(Exception):
    """Options that do not go together, or a value that only turned out wrong when it was used."""
