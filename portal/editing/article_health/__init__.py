"""How well each article serves people, and which of them to work on first."""
