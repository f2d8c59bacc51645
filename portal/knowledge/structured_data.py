"""Articles as schema.org question and answer, for search engines and assistants."""

from typing import Any

from ..markup import clean_html, clean_line, plain_text
from .queries import ArticlePage


def question_page(page: ArticlePage, address: str) -> dict[str, Any]:
    """The JSON-LD object of an article whose page stands at ``address``: one question with its answer in HTML."""
    steps = "".join(f"<li>{clean_line(step)}</li>" for step in page.steps)
    answer = clean_html(page.summary) + clean_html(page.text) + (f"<ol>{steps}</ol>" if steps else "")
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "@id": address,
        "url": address,
        "inLanguage": page.title.lang,
        "dateModified": page.checked_on.isoformat(),
        "mainEntity": [
            {
                "@type": "Question",
                "name": page.title,
                **({"audience": {"@type": "Audience", "audienceType": plain_text(page.who)}} if page.who else {}),
                "acceptedAnswer": {"@type": "Answer", "text": answer, "inLanguage": page.text.lang},
            }
        ],
    }
