"""What everyday language means for ranking: words of small talk weigh less, and kindred words meet half-way.

People tell stories in other words than offices write rules in. "I am a 40 year old man and I was wondering" says
little, though its words are rare in rules; "my wife" is somebody's spouse. Kindred words are in `kindred/`, a file for
each language and a group on each line.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .analysis import analyzer_for

SMALL_TALK_WEIGHT = 0.5
# A number that the text also has is often there by chance.
NUMBER_WEIGHT = 0.6

_KINDRED = Path(__file__).parent / "kindred"

_SMALL_TALK = {
    "en": """
year old man woman guy lady male female question curious wonder want know ask current currently recent recently yes
yeah well really actually think thought guess thing stuff lot kind fortunately unfortunately luckily sadly also even
still ever never always usually yet already whatsoever anyway please thanks thank hello hi go going went gone get got
getting make made take took try keep look say said tell told happen now today day yesterday last next ago since then
later soon time first back around one two three four five six seven eight nine ten many much little bit few enough
people person someone anyone everyone somebody nobody something anything everything nothing good great nice fine bad
big small new sure okay able unable will
""",
    "es": """
ano anos edad hombre mujer senor senora pregunta preguntar curiosidad quiero quisiera querer saber se gustaria actual
actualmente reciente recientemente si bueno realmente creo pienso supongo cosa cosas mucho mucha muchos muchas tipo
afortunadamente desafortunadamente lamentablemente todavia nunca siempre ya favor gracias hola ir voy vamos fui hacer
hago hice tomar tratar decir dije dijo paso ahora hoy dia dias ayer ultimo ultima proximo proxima luego pronto tiempo
vez primero primera dos tres cuatro cinco seis siete ocho nueve diez poca pocas pocos bastante persona personas
alguien nadie bien mal malo mala grande pequeno pequena nuevo nueva seguro hace
""",
    "pt": """
ano anos idade homem mulher senhor senhora pergunta perguntar quero queria gostaria saber dizer diga sim bem coisa
coisas muito muita muitos muitas tipo infelizmente felizmente ainda nunca sempre ja favor obrigado ola ir vou fazer
faco agora hoje dia dias ontem proximo proxima depois tempo vez primeiro primeira alguem ninguem bom mau grande novo
nova
""",
}


@cache
def small_talk(lang: str) -> frozenset[str]:
    """The terms of a language that say little about what is wanted."""
    return frozenset(analyzer_for(lang).terms(_SMALL_TALK.get(lang, "")))


@cache
def kindred(lang: str) -> Mapping[str, int]:
    """The terms of a language that have kindred terms, with the groups they belong to: a bit for each group."""
    found: dict[str, int] = {}
    file = _KINDRED / f"{lang}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    groups = [line for line in lines if line and not line.startswith("#")]
    for place, group in enumerate(groups):
        for term in analyzer_for(lang).terms(group):
            found[term] = found.get(term, 0) | 1 << place
    return MappingProxyType(found)


@cache
def everyday_terms(lang: str) -> frozenset[str]:
    """The terms of a language that are words for certain, whether a document has them or not."""
    return small_talk(lang).union(kindred(lang))


def telling(term: str, lang: str) -> float:
    """How much of its weight a term keeps: less for small talk and numbers."""
    if term.isdigit():
        return NUMBER_WEIGHT
    return SMALL_TALK_WEIGHT if term in small_talk(lang) else 1.0
