"""Containers that run: a POSIX shell, its programs and files, in memory and in virtual time. Nothing here touches the host."""
