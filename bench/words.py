"""Made-up prose in English and Spanish, with word frequencies like those of real texts (Zipf)."""

import itertools
import random
from dataclasses import dataclass

TAIL_WORDS = 12_000

_FUNCTION = {
    "en": (
        "the to and of a in you for is your or that it on are if with be can this have not from we they by as at "
        "will my who do an may must when I how their what more has get all there but no which any about after up "
        "other one was been so its out he she"
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más o si puede sus le ha me "
        "sin sobre este ya entre cuando todo esta ser son dos también era muy años hasta desde está mi porque qué "
        "solo han yo hay vez quien donde usted debe otro"
    ),
}
_SUBJECT = {
    "en": (
        "benefit payment help apply application office family child work job income month year form call online "
        "people health care home house rent food money pay cost free service agency state federal program plan "
        "insurance disability retirement medical doctor hospital school student college loan grant tax refund "
        "credit bank account card number letter decision appeal hearing deadline document proof birth marriage "
        "death funeral burial spouse husband wife parent mother father baby pregnant veteran military discharge "
        "army service-connected injury pension survivor unemployment worker employer wage paycheck business "
        "license permit passport visa citizen immigrant refugee green-card interview court lawyer police crime "
        "victim shelter emergency disaster flood fire storm repair heating energy bill phone internet bus ride "
        "driver car training apprenticeship resume age older senior adult caregiver nurse mental drug treatment "
        "counseling crisis support local county city address mail"
    ),
    "es": (
        "beneficio pago ayuda solicitar solicitud oficina familia hijo trabajo empleo ingreso mes año formulario "
        "llamar línea personas salud cuidado hogar casa renta comida dinero pagar costo gratis servicio agencia "
        "estado federal programa plan seguro incapacidad jubilación médico doctor hospital escuela estudiante "
        "universidad préstamo beca impuesto reembolso crédito banco cuenta tarjeta número carta decisión "
        "apelación audiencia plazo documento prueba nacimiento matrimonio muerte funeral entierro cónyuge esposo "
        "esposa padre madre papá bebé embarazada veterano militar baja ejército lesión pensión sobreviviente "
        "desempleo trabajador empleador sueldo cheque negocio licencia permiso pasaporte visa ciudadano "
        "inmigrante refugiado residencia entrevista corte abogado policía crimen víctima refugio emergencia "
        "desastre inundación incendio tormenta reparación calefacción energía factura teléfono internet autobús "
        "viaje chofer carro capacitación aprendizaje edad mayor adulto cuidador enfermera mental droga "
        "tratamiento consejería crisis apoyo local condado ciudad dirección correo"
    ),
}
_SYLLABLES = {
    "en": ("ar ber cal den est for gan hel in jor ken lan mor nel or pen quil ren sol ter un ver wil ad bor cre"),
    "es": ("al bar ca de en fe ga ho in ju la me no or pa que re so ta u va bi co du ce lle"),
}
_ENDINGS = {
    "en": ("ed ing er tion ly ment al y le ent"),
    "es": ("ción ado dad mente os a ero ía ón al"),
}


@dataclass(frozen=True)
class Vocabulary:
    """Words of a language, the most frequent first, and the sums of their weights for a weighted choice."""

    lang: str
    words: tuple[str, ...]
    sums: tuple[float, ...]
    content: tuple[str, ...]
    content_sums: tuple[float, ...]

    @classmethod
    def of(cls, lang: str) -> "Vocabulary":
        """The vocabulary of ``en`` or ``es``: function words, words of public services, then a long made-up tail."""
        function, subject = _FUNCTION[lang].split(), _SUBJECT[lang].split()
        words = (*function, *subject, *_tail(lang, {*function, *subject}))
        weights = [1 / rank for rank in range(1, len(words) + 1)]
        first = len(function)
        return cls(
            lang,
            words,
            tuple(itertools.accumulate(weights)),
            words[first:],
            tuple(itertools.accumulate(weights[first:])),
        )

    def sentence(self, rng: random.Random, shortest: int = 6, longest: int = 18) -> str:
        """One sentence of a length between the two, with its full stop."""
        words = rng.choices(self.words, cum_weights=self.sums, k=rng.randint(shortest, longest))
        return " ".join(words).capitalize() + "."

    def line(self, rng: random.Random, count: int) -> str:
        """A title or keyword phrase of so many content words."""
        return " ".join(rng.choices(self.content, cum_weights=self.content_sums, k=count))

    def text(self, rng: random.Random, count: int) -> str:
        """Markdown of about so many words: paragraphs, and a list in between where it is long."""
        blocks: list[str] = []
        written = 0
        while written < count:
            if blocks and rng.random() < 0.3:
                items = [self.sentence(rng, 3, 9) for _ in range(rng.randint(2, 5))]
                blocks.append("\n".join(f"- {item}" for item in items))
            else:
                blocks.append(" ".join(self.sentence(rng) for _ in range(rng.randint(2, 4))))
            written += len(blocks[-1].split())
        return "\n\n".join(blocks)


def _tail(lang: str, taken: set[str]) -> list[str]:
    rng = random.Random(f"tail-{lang}")
    syllables, endings = _SYLLABLES[lang].split(), _ENDINGS[lang].split()
    words: dict[str, None] = {}
    while len(words) < TAIL_WORDS:
        word = "".join(rng.choices(syllables, k=rng.randint(1, 3))) + rng.choice(endings)
        if word not in taken:
            words[word] = None
    return list(words)
