"""Users for more than HTTP; each module needs the client library that its name says."""
