"""Mapping files: how the columns of a table become records, and what a source is called.

A mapping may ``extends`` one file of its own folder, whose keys hold where it says nothing itself.
"""

import functools
import json
import re
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from portal.catalogue.imports.readers.files import UnreadableSource
from portal.catalogue.imports.readers.source import SourceInfo

MAX_BYTES = 200_000
SHIPPED = Path(__file__).parents[1] / "mappings"

Mapping = dict[str, Any]


def load(path: Path) -> Mapping:
    """A mapping that follows the schema, with what it extends. A name without a folder may be one that is shipped."""
    if not path.is_file() and path.parent == Path() and (SHIPPED / path.name).is_file():
        path = SHIPPED / path.name
    mapping = _parse(path)
    base = mapping.pop("extends", None)
    if base is not None:
        mapping = _merged(_parse(path.parent / str(base)), mapping)
    error = best_match(_validator().iter_errors(mapping))
    if error:
        where = ".".join(str(part) for part in error.absolute_path)
        raise UnreadableSource(f"mapping {path.name}: {where or 'the file'}: {error.message[:300]}")
    return mapping


def info_of(mapping: Mapping) -> SourceInfo:
    source = dict(mapping["source"])
    not_current = source.pop("stale", False)
    area = tuple(source.pop("area", ()))
    return SourceInfo(**source, area=area, not_current=not_current)


class _Loader(yaml.SafeLoader):
    """Plain YAML: no aliases, which can grow without end, and no key twice, of which one would be lost."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None or len(keys) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, f"a key stands twice or is no word: {twice}")
        return super().construct_mapping(node, deep=deep)


# Dates and yes/no stay words, as people write them in labels and editions.
_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _parse(path: Path) -> Mapping:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableSource(f"mapping {path.name} is larger than {MAX_BYTES} bytes")
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader, made stricter
    except OSError as error:
        raise UnreadableSource(f"mapping {path} cannot be opened: {error.strerror}") from None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise UnreadableSource(f"mapping {path.name} is not YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(value, dict):
        raise UnreadableSource(f"mapping {path.name} must hold one mapping")
    return value


def _merged(base: Mapping, own: Mapping) -> Mapping:
    both = {key for key in base.keys() & own.keys() if isinstance(base[key], dict) and isinstance(own[key], dict)}
    return base | own | {key: _merged(base[key], own[key]) for key in both}


def _is_regex(value: object) -> bool:
    if isinstance(value, str):
        re.compile(value)
    return True


@functools.cache
def _validator() -> Draft202012Validator:
    schema = json.loads(Path(__file__).with_name("mapping.schema.json").read_text(encoding="utf-8"))
    checker = FormatChecker(formats=())
    checker.checks("regex", raises=re.error)(_is_regex)
    return Draft202012Validator(schema, format_checker=checker)
