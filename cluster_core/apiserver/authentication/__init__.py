"""Who asks: identities, certificates of components, tokens of service accounts, impersonation."""
