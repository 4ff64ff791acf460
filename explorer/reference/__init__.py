"""Recordings of a real control plane, played again by the simulator and compared with what it did.

recording = recording.load(folder)      # what was recorded
story = Player(recording).run()         # the same steps, here
report = compare(recording, story)      # what agrees, and every difference
"""
