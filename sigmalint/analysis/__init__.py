"""What the code means: which values flow into each call of the SDK. Knows no rule."""
