"""What somebody means by what they typed: intents, profiles and facts, each with the words it was drawn from.

``readings`` makes a text comparable, ``cues`` is the language that editors write in, ``rules`` draws findings from a
text, ``phrases`` uses what intents and profiles carry anyway, ``dangers`` sees emergencies, ``files`` reads
``content/understanding``, and ``judging`` measures all of it. Only ``files`` and ``judging`` read files, and nothing
here reads a database or keeps a text.
"""
