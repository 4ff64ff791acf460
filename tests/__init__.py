"""Tests of Orrery."""
