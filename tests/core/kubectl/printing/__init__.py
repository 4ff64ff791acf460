"""Tests of the same folder of cluster_core."""
