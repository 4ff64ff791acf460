"""The explorer: the web application that hosts runs of the simulated cluster."""
