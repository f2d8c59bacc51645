"""Words that carry no evidence, per language, already folded (lower case, no accents, apostrophes gone).

Short on purpose: "will", "need" and "work" stay, for a will is also a document. Portuguese lists little more than
articles and prepositions: a full list lowers the quality on question-shaped texts (docs/decisions/0003-search.md).
"""

_ENGLISH = """
a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing down during each ever few for from further had has have having he her here hers herself him
himself his how i if in into is it its itself just let may me might mine more most my myself no nor not now of off on
once only or other our ours ourselves out over own same shall she should so some still such than that the their theirs
them themselves then there these they this those through to too under until up upon us very was we were what when where
which while who whom whose why with within without would you your yours yourself yourselves
arent cant couldnt didnt doesnt dont hadnt hasnt havent im isnt ive mustnt shouldnt wasnt werent wont wouldnt
"""

_SPANISH = """
a al algo algun alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aqui asi aun aunque bien
cada como con contra cual cuales cualquier cuando cuanto cuya cuyo de del desde donde durante e el ella ellas ellos
en entre era eran eres es esa esas ese eso esos esta estaba estan estar estas este esto estos estoy fue fueron ha habia
haber han has hasta hay he hemos la las le les lo los mas me mi mia mias mio mios mis mismo mucho muy nada ni no nos
nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque puede pueden puedo pues
que quien quienes se sea sean ser si sido sin sobre solo somos son soy su sus suya suyo tal tambien tan tanto te tener
tengo ti tiene tienen todo todos tu tus u un una unas uno unos usted ustedes y ya yo
"""

_PORTUGUESE = """
a ao aos as com da das de do dos e em na nas no nos o os ou para pela pelas pelo pelos por que se um uma uns umas
"""

_ARABIC = """
في من علي الي عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم انا نحن انت كان كانت يكون تكون لا ما لم لن ان او ثم قد كل
بعد قبل عند اذا هل كيف اين متي ماذا لماذا حتي بين غير كما ايضا لي لك له لها لهم لنا اي و
"""


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


STOP_WORDS: dict[str, frozenset[str]] = {
    "en": _words(_ENGLISH),
    "es": _words(_SPANISH),
    "pt": _words(_PORTUGUESE),
    "ar": _words(_ARABIC),
}

# With one of these a sentence is told: "My partner was 70", "I live in Denmark". Words of a search seldom have them.
TELLING: dict[str, frozenset[str]] = {
    "en": _words("i im ive we weve is isnt are arent was wasnt were werent has hasnt had hadnt does doesnt did didnt"),
    "es": _words(
        "yo soy somos estoy estamos tengo tenemos he hemos es son era eran fue fueron esta estan ha han tiene tienen"
    ),
    "pt": _words("eu sou somos estou estamos tenho temos e sao era eram foi foram esta estao tem"),
    "ar": _words("انا نحن كان كانت"),
}
