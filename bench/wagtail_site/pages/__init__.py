"""The one kind of page of the peer."""
