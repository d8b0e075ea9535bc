"""Whether scores tell the truth: measures of faithfulness, and what to compare scores with. Pure functions."""
