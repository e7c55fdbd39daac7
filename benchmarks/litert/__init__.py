"""What exported files cost beside Keras."""
