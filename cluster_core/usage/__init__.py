"""What containers consume: curves, loads, and the consumption that follows from them, as closed formulas of virtual time."""
