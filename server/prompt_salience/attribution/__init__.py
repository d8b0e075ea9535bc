"""What a score means: aggregation to units, influence, colour scale. Pure functions on NumPy arrays."""
