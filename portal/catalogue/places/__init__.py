"""Places: what people call where they live, the areas these lie in, and how far away a location is.

Names and postcodes come from the package ``zipcodes`` and lie in the database; no other machine is asked.
"""
