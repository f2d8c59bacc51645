"""YAML without surprises, for the files that people write: content and vocabularies."""

import re
from typing import Any

import yaml

BadYaml = yaml.YAMLError


class _PlainLoader(yaml.SafeLoader):
    """No dates, no yes/no booleans, no aliases; keys are texts, and none stands twice in one mapping."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
            # As in JSON, which knows no other keys.
            key_node.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)


_PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag in {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def parse(text: str) -> Any:
    """The value of one YAML document. Raises BadYaml or ValueError (which covers bad characters)."""
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader, made stricter
    except RecursionError:
        raise ValueError("nested too deeply") from None
