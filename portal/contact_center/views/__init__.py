"""Pages of the contact centre: for the public, and for specialists at the desk."""
