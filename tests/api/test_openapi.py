"""The document is sound, and names every route of the API."""

import json
import re

import jsonschema
import pytest

from portal.api.openapi import DOCUMENT


def test_it_is_served_as_it_stands(starter):
    assert starter.test_client().get("/api/v1/openapi.json").json == DOCUMENT


def test_it_describes_every_route_and_no_other(starter):
    described = {(f"/api/v1{path}", method.upper()) for path, item in DOCUMENT["paths"].items() for method in item}
    routes = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method)
        for rule in starter.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes - described == {("/api/v1/openapi.json", "GET")}
    assert described <= routes


def test_its_references_lead_somewhere_and_every_schema_is_used():
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert named == set(DOCUMENT["components"]["schemas"])


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_its_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


def test_operations_have_names_of_their_own():
    operations = [operation for item in DOCUMENT["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["summary"] and operation["responses"] for operation in operations)
