"""The settings of the school itself, and what reports say of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from service.setting_types import Name
from service.settings import ExistingFile, Settings, matching

Text = Annotated[str, Field(min_length=1, max_length=200)]


class AddressSettings(Settings):
    """A civic address, as it is written on an envelope."""

    street: Text
    """House number and street."""
    city: Text
    """City, as the post writes it."""
    state: Text = ""
    """State or province."""
    postcode: Text = ""
    """Postal or ZIP code."""
    country: Annotated[str, matching("[A-Z]{2}", "give its two capital letters: US")] = "US"
    """Two capital letters, ISO 3166."""


class GeoSettings(Settings):
    """WGS 84 degrees of the site's main entrance."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    """Degrees north."""
    lon: Annotated[float, Field(ge=-180, le=180)]
    """Degrees east; west is negative."""


class SiteSettings(Settings):
    """The school, and the register of its rooms."""

    id: Name
    """Short name of the school; it stands in every topic and certificate."""
    name: Text
    """Name of the school, as the police know it."""
    rooms: ExistingFile
    """The register, a CSV file: which room, which unit, which cameras."""
    address: AddressSettings | None = None
    geo: GeoSettings | None = None
    phone: Annotated[str, Field(max_length=40)] = ""
    """Number for the dispatcher's call back, as it is dialled."""


def site_part(site: SiteSettings) -> Mapping[str, Any]:
    """Return what reports say of the school."""
    return {
        "id": site.id,
        "name": site.name,
        "address": site.address.model_dump() if site.address else None,
        "geo": site.geo.model_dump() if site.geo else None,
        "phone": site.phone,
    }
