"""What the networks and the lens cost, and how good the lens is."""
