"""Runs Gemma and differentiates it. The only code that imports keras or jax."""
