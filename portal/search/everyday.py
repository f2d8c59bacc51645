"""What everyday language means for ranking: words of small talk weigh less, and kindred words meet half-way.

People tell stories in other words than offices write rules in. "I am a 40 year old man and I was wondering" says
little, though its words are rare in rules; "my wife" is somebody's spouse. The lists are short on purpose: only words
that mean nearly the same in every matter belong into one group.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from .analysis import analyzer_for

SMALL_TALK_WEIGHT = 0.5
# A number that the text also has is often there by chance.
NUMBER_WEIGHT = 0.6

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

_KINDRED = {
    "en": """
child children kid baby toddler infant newborn son daughter boy girl
spouse partner wife husband fiance girlfriend boyfriend
parent mother father mom mum dad stepfather stepmother
grandparent grandmother grandfather grandson granddaughter grandchild
job work employ employer employee occupation career
medical health doctor physician hospital nurse
home house property apartment flat dwelling residence
car vehicle automobile truck van motorcycle
money cash funds income salary wage wages pay paid payment earnings
ill illness sick sickness disease condition
die died dead death deceased bereavement widow widower funeral
military army navy marine soldier veteran armed serve
school college university course student education study
disaster fire flood hurricane storm tornado earthquake damage
business company firm shop store enterprise
uk britain england british
us usa america american
rent renter tenant landlord lease
farm farmer farming agricultural crop livestock ranch
pregnant pregnancy maternity birth born
marry married marriage wedding divorce
old elderly senior pension retire retired retirement
prison jail prisoner convict crime criminal offence offense
food grocery groceries eat meal
tax irs
abroad overseas foreign country
boat ship vessel
loan debt mortgage borrow lend
immigrant immigration visa refugee asylum
lawyer attorney legal court
insurance cover policy
disability disabled handicap wheelchair impaired blind deaf
buy bought purchase
sell sold sale
""",
    "es": """
hijo hija nino nina ninos bebe menor
conyuge pareja esposo esposa marido mujer novio novia
padre madre padres papa mama
abuelo abuela nieto nieta
trabajo trabajar empleo empleado empleador trabajador
salud medico doctor hospital enfermera clinica
casa hogar vivienda apartamento departamento piso
carro coche auto automovil vehiculo camion
dinero ingreso ingresos sueldo salario pago pagar
enfermo enferma enfermedad
morir murio muerte fallecer fallecio fallecimiento difunto viuda viudo funeral
militar ejercito soldado veterano veterana
escuela colegio universidad estudiante educacion estudio estudiar
desastre incendio inundacion huracan tormenta tornado terremoto
negocio empresa compania tienda
renta alquiler inquilino arrendador casero
finca granja agricultor agricola rancho
embarazada embarazo maternidad parto nacimiento
casado casada matrimonio boda divorcio
anciano anciana mayor jubilado jubilada jubilacion pension retiro
prision carcel preso delito
comida alimento alimentos comer
impuesto impuestos
prestamo deuda hipoteca
inmigrante inmigracion visa refugiado asilo
abogado abogada legal corte tribunal
seguro cobertura poliza
discapacidad discapacitado discapacitada ciego ciega sordo sorda
""",
}


@cache
def small_talk(lang: str) -> frozenset[str]:
    """The terms of a language that say little about what is wanted."""
    return frozenset(analyzer_for(lang).terms(_SMALL_TALK.get(lang, "")))


@cache
def kindred(lang: str) -> Mapping[str, frozenset[str]]:
    """The terms of a language that have kindred terms, with these; a term is not its own kin."""
    found: dict[str, frozenset[str]] = {}
    for line in _KINDRED.get(lang, "").strip().splitlines():
        group = frozenset(analyzer_for(lang).terms(line))
        for term in group:
            found[term] = found.get(term, frozenset()) | group - {term}
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
