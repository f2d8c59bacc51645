"""A small gazetteer and local services for tests about places."""

from portal.catalogue.models import Location, ServiceLocation
from portal.catalogue.operations import save_agency, save_service
from portal.catalogue.places.gazetteer import fill_gazetteer
from portal.catalogue.queries import service_ids_by_slug
from portal.database import transaction
from portal.extensions import db

from .support import agency_record, both, service_record

BALTIMORE, COUNTY, MARYLAND = "US-MD-baltimore-city", "US-MD-baltimore-county", "US-MD"
BOROUGHS = tuple(f"US-NY-{name}-county" for name in ("bronx", "kings", "new-york", "queens", "richmond"))


def postcode(code, city, state, county, latitude, longitude, kind="STANDARD", also=()):
    return {
        "zip_code": code,
        "zip_code_type": kind,
        "city": city,
        "acceptable_cities": list(also),
        "state": state,
        "county": county,
        "lat": str(latitude),
        "long": str(longitude),
    }


POSTCODES = [
    postcode("21201", "Baltimore", "MD", "Baltimore city", 39.2946, -76.6252),
    postcode("21202", "Baltimore", "MD", "Baltimore City", 39.2998, -76.6075),
    postcode("21207", "Baltimore", "MD", "Baltimore County", 39.3296, -76.7341, also=["Gwynn Oak"]),
    postcode("21204", "Towson", "MD", "Baltimore County", 39.4072, -76.6037),
    postcode("43105", "Baltimore", "OH", "Fairfield County", 39.8437, -82.6078),
    postcode("10001", "New York", "NY", "New York County", 40.7484, -73.9967),
    postcode("10002", "New York", "NY", "New York County", 40.7152, -73.9877),
    postcode("10451", "Bronx", "NY", "Bronx County", 40.8222, -73.9217),
    postcode("11201", "Brooklyn", "NY", "Kings County", 40.694, -73.9903),
    postcode("11101", "Long Island City", "NY", "Queens County", 40.7446, -73.9345),
    postcode("10301", "Staten Island", "NY", "Richmond County", 40.6318, -74.0927),
    postcode("63101", "Saint Louis", "MO", "St. Louis city", 38.6346, -90.1913),
    postcode("63105", "Saint Louis", "MO", "St Louis County", 38.6459, -90.3263),
    postcode("20646", "La Plata", "MD", "St. Mary's County", 38.52, -76.97),
    postcode("20001", "Washington", "DC", "District of Columbia", 38.9122, -77.0177),
    postcode("00921", "San Juan", "PR", "San Juan", 18.3938, -66.0473),
    postcode("09001", "Apo", "AE", "", 0, 0, kind="MILITARY"),
    postcode("96941", "Kolonia", "FM", "", 6.9, 158.2),
]
AREAS = {
    "everywhere": (["US"], []),
    "not-in-maryland": (["US"], ["US-MD"]),
    "state": ([MARYLAND], []),
    "state-without-city": ([MARYLAND], [BALTIMORE]),
    "city": ([BALTIMORE], []),
    "county": ([COUNTY], []),
    "new-york-city": (list(BOROUGHS), []),
    "brooklyn": (["US-NY-kings-county"], []),
}


def fill(records=POSTCODES, edition="test"):
    with transaction():
        return fill_gazetteer(records, edition)


def save_local_services(areas=AREAS):
    """Services by these areas, with their ids by slug."""
    with transaction():
        save_agency(agency_record())
        for slug, (included, excluded) in areas.items():
            save_service(
                service_record(
                    slug,
                    title=both(f"Local {slug}"),
                    areas={"include": included} | ({"exclude": excluded} if excluded else {}),
                )
            )
    return service_ids_by_slug(list(areas))


def save_location(service_id, name, latitude, longitude, position=0, **columns):
    """A location of a service, at a point."""
    values = {"hours": [], "hours_exceptions": [], "languages": [], "city": "Baltimore", "state": "MD"}
    with transaction():
        location = Location(name=both(name), latitude=latitude, longitude=longitude, **values | columns)
        db.session.add(location)
        db.session.flush()
        db.session.add(ServiceLocation(service_id=service_id, location_id=location.id, position=position))
