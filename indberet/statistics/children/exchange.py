"""Deliveries from systems: form L231 (T231 to try), and what it has no element for in JSON or CSV.

Source: the office's format of January 2022, as a supplier of case systems has published it. It has no element for
P-number and department, so the two services that need a place break their rule when they come as L231.
"""

from indberet.definition.exchange import (
    ACTION,
    CPR,
    DAY,
    EMAIL,
    ID,
    MOMENT,
    Action,
    Element,
    Exchange,
    Group,
    XmlFormat,
    digits,
    number,
    text,
)

NAMESPACE = "http://rep.oio.dk/dst.dk/xml/schemas/2010/04/16/"
ENVELOPE_NAMESPACE = "http://rep.oio.dk/dst.dk/xml/schemas/2002/06/28/"

ACTIONS: dict[str, Action] = {"Ny": "new", "Ændring": "change", "Annullering": "withdraw"}
SEXES = {"1": "dreng", "2": "pige", "9": "ukendt"}
"""INVENTED: no source tells the digits; the format only says that it is one."""

RECORD = Group(
    name="BoernMedHandicapSagStruktur",
    inside=(
        Element(name="INDSATSFORLOEB_ID", field=ID, form=text(1, 50), needed=True),
        Element(name="INDBERETNINGSTYPE", field=ACTION, form=text(2, 11), needed=True),
        Element(name="CPR", field="cpr", form=CPR, needed=True),
        Element(name="UDL_NR", field="udl", form=text(1, 256), instead_of="CPR"),
        Element(name="KOEN", field="sex", form=number(1), values=SEXES, not_beside="cpr"),
        Element(name="FOEDDAG", field="birth_date", form=DAY, not_beside="cpr"),
        Element(name="INDSATS_KODE", field="service_code", form=digits(3), needed=True),
        Element(name="INDSATS_STARTDATO", field="start", form=DAY, needed=True),
        Element(name="INDSATS_SLUTDATO", field="end", form=DAY),
        Element(name="SAGSBEHANDLER", field="caseworker", form=text(1, 100)),
        Element(name="ORIGIN_INDSATSFORLOEB_ID", field="origin_course", form=text(1, 50), owner="record"),
        Element(name="ORIGIN_PERSON_ID", field="origin_person", form=text(1, 256), owner="case"),
    ),
)

ENTITY = Group(
    name="Entity",
    inside=(
        Element(name="EntityIDType", form=text(0), needed=True),
        Element(name="EntityID", field="municipality", form=text(0, 20), needed=True),
        Element(name="EntityPath", form=text(0)),
        Group(
            name="Authorisation",
            needed=False,
            inside=(
                Element(name="AutID", form=text(0, 100)),
                Element(name="AutSubID", form=text(0)),
                Element(name="Privilige", form=text(0)),
            ),
        ),
    ),
)
ENVELOPE = Group(
    name="Envelope",
    namespace=ENVELOPE_NAMESPACE,
    inside=(
        Element(name="Source", form=text(0), needed=True),
        Element(name="RefID", field="key", form=text(0)),
        Element(name="SurveyID", form=text(0), needed=True),
        Element(name="FormID", field="form", form=text(0, 15), needed=True),
        Element(name="Period", field="period", form=text(0, 20), needed=True),
        ENTITY,
        Element(name="ReportingDataType", form=text(0)),
    ),
)
SYSTEM = Group(
    name="SystemStructure",
    needed=False,
    inside=(
        Element(name="SystemName", field="system", form=text(0, 50), needed=True),
        Element(name="SystemVersion", field="version", form=text(0, 20), needed=True),
    ),
)
COMMUNICATOR = Group(
    name="CommunicatorStructure",
    several=True,
    inside=(
        Element(name="CommunicationDescription", form=text(0, 50), needed=True),
        Element(name="CommunicationDateTime", form=MOMENT, needed=True),
        SYSTEM,
    ),
)
CONTACT = Group(
    name="ContactStructure",
    several=True,
    inside=(
        Element(name="ContactTypeName", form=text(0, 50), needed=True),
        Element(name="ContactIdentifier", form=text(0, 100), needed=True),
        Element(name="ContactEmailAddress", form=EMAIL, needed=True),
    ),
)
DIGITAL_POST = Group(
    name="DBoksContactNewStructure",
    needed=False,
    inside=(
        Element(name="CVRnumberIdentifier", form=digits(8)),
        Element(name="ProductionUnitIdentifier", form=text(10, 10)),
    ),
)
METADATA = Group(
    name="DeliveryMetadataNewStructure",
    inside=(
        ENVELOPE,
        Group(name="CommunicatorStructureCollection", needed=False, several=True, inside=(COMMUNICATOR,)),
        Group(name="ContactStructureCollection", needed=False, several=True, inside=(CONTACT,)),
        DIGITAL_POST,
        Element(name="FormVersion", form=text(0, 30)),
    ),
)

L231 = XmlFormat(
    form="L231",
    test_form="T231",
    namespace=NAMESPACE,
    envelope_namespace=ENVELOPE_NAMESPACE,
    root="BoernMedHandicapLeveranceL231Struktur",
    metadata=METADATA,
    collection="BoernMedHandicapSagStrukturSamling",
    record=RECORD,
    actions=ACTIONS,
)

EXCHANGE = Exchange(xml=L231, by_field_name=True)
