"""The simulation kernel: time, events, seeded streams, message delivery, faults, trace, limits."""
