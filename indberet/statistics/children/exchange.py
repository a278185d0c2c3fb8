"""Deliveries from systems: form L231 (T231 to try), and what it has no element for in JSON or CSV.

Source: the office's schemas of January 2022 in l231/. They have no element for P-number and department, so the two
services that need a place break their rule when they come as L231.
"""

from pathlib import Path

from indberet.definition.exchange import Action, Element, Exchange, Kept, XmlFormat

FOLDER = Path(__file__).parent / "l231"

ACTIONS: dict[str, Action] = {"Ny": "new", "Ændring": "change", "Annullering": "withdraw"}
SEXES = {"1": "dreng", "2": "pige", "9": "ukendt"}
"""INVENTED: no source tells the digits; the schema only says that it is one."""

L231 = XmlFormat(
    form="L231",
    test_form="T231",
    namespace="http://rep.oio.dk/dst.dk/xml/schemas/2010/04/16/",
    envelope_namespace="http://rep.oio.dk/dst.dk/xml/schemas/2002/06/28/",
    root="BoernMedHandicapLeveranceL231Struktur",
    metadata="DeliveryMetadataNewStructure",
    collection="BoernMedHandicapSagStrukturSamling",
    record="BoernMedHandicapSagStruktur",
    key="INDSATSFORLOEB_ID",
    action="INDBERETNINGSTYPE",
    actions=ACTIONS,
    elements=(
        Element(name="CPR", field="cpr"),
        Element(name="UDL_NR", field="udl"),
        Element(name="KOEN", field="sex", values=SEXES, not_beside="cpr"),
        Element(name="FOEDDAG", field="birth_date", not_beside="cpr"),
        Element(name="INDSATS_KODE", field="service_code"),
        Element(name="INDSATS_STARTDATO", field="start"),
        Element(name="INDSATS_SLUTDATO", field="end"),
        Element(name="SAGSBEHANDLER", field="caseworker"),
    ),
    kept=(
        Kept(name="ORIGIN_INDSATSFORLOEB_ID", key="origin_course", owner="record"),
        Kept(name="ORIGIN_PERSON_ID", key="origin_person", owner="case"),
    ),
    schema=FOLDER / "DST_BoernMedHandicapSagStruktur.xsd",
    metadata_schema=FOLDER / "DST_DeliveryMetadataNewStructure.xsd",
)

EXCHANGE = Exchange(xml=L231, by_field_name=True)
