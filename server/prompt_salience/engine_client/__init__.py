"""What the engine and its callers say to each other: plain frozen data, and where models are found."""
