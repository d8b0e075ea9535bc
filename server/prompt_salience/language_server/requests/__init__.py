"""What the client asks: one file per request, each with ``METHOD``, ``OPTIONS`` and ``answer``."""
