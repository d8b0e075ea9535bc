"""The command line: ``prompt-salience``."""
