"""Pod network plugins (CNI)."""
