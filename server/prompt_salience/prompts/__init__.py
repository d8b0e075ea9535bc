"""What a prompt file is: formats, rendering with a source map, chat turns, units.

Pure functions on plain frozen data: no file is opened here, no clock is read and there is no global state.
"""
