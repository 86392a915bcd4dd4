"""Electronic invoices: UBL, CII, and CII within a PDF."""

import zlib
from collections.abc import Callable

from bascule.read import Reading

from .conftest import codes

Read = Callable[[str, bytes | str], Reading]
CII = (
    '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:r" xmlns:udt="urn:u">'
    "<rsm:ExchangedDocument><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format='102'>20261004</udt:DateTimeString>"
    "</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>"
    "<ram:Name>Ardoise SAS</ram:Name><ram:SpecifiedTaxRegistration><ram:ID schemeID='VA'>FR22424761419</ram:ID></ram:SpecifiedTaxRegistration>"
    "</ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>Craie</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>"
    "<ram:ApplicableHeaderTradeSettlement><ram:CreditorReferenceID>DE98ZZZ09999999999</ram:CreditorReferenceID><ram:InvoiceCurrencyCode>EUR"
    "</ram:InvoiceCurrencyCode><ram:BillingSpecifiedPeriod><ram:StartDateTime><udt:DateTimeString>20260101</udt:DateTimeString></ram:StartDateTime>"
    "<ram:EndDateTime><udt:DateTimeString>20261231</udt:DateTimeString></ram:EndDateTime></ram:BillingSpecifiedPeriod>"
    "<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>"
    "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"
)
TOLD = {
    "label": "Ardoise SAS",
    "vat": "FR22424761419",
    "ics": "DE98ZZZ09999999999",
    "count": 1,
    "every_months": 12,
    "monthly_eur": 10.0,
    "first": "2026-10-04",
    "last": "2026-10-04",
}


def pdf(data: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode >>\nstream\n" + data + b"\nendstream\nendobj\n%%EOF\n"


def test_an_invoice_tells_its_seller_and_what_it_comes_to_a_month(reading: Read) -> None:
    assert [item.value for item in reading("f.xml", CII).evidence] == [TOLD]


def test_the_invoice_within_a_pdf_is_the_same(reading: Read) -> None:
    assert [item.value for item in reading("f.pdf", pdf(zlib.compress(CII.encode()))).evidence] == [TOLD]


def test_a_pdf_without_an_invoice_is_not_known(reading: Read) -> None:
    assert codes(reading("f.pdf", pdf(zlib.compress(b"BT (Bonjour) Tj ET")))) == [("not-recognised", None)]


def test_a_credit_note_is_no_bill(reading: Read) -> None:
    found = reading("f.xml", CII.replace(">380<", ">381<"))
    assert (found.evidence, [note.code for note in found.notes]) == ((), ["no-payment"])


def test_another_currency_has_no_cost_in_euro(reading: Read) -> None:
    (item,) = reading("f.xml", CII.replace(">EUR\n", ">USD").replace(">EUR<", ">USD<")).evidence
    assert isinstance(item.value, dict)
    assert (item.value["currency"], item.value.get("monthly_eur")) == ("USD", None)


def cii_line(number: int, item: str, quantity: str, unit: str = "C62") -> str:
    return (
        f"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{number}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        f"<ram:SpecifiedTradeProduct><ram:Name>{item}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeDelivery>"
        f"<ram:BilledQuantity unitCode='{unit}'>{quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery></ram:IncludedSupplyChainTradeLineItem>"
    )


def seats(reading: Read, *lines: str) -> object:
    (item,) = reading("f.xml", CII.replace("<ram:ApplicableHeaderTradeAgreement>", "".join(lines) + "<ram:ApplicableHeaderTradeAgreement>", 1)).evidence
    assert isinstance(item.value, dict)
    return item.value.get("seats")


def test_lines_that_count_users_or_licences_tell_the_seats(reading: Read) -> None:
    assert seats(reading, cii_line(1, "Ardoise Pro, par utilisateur", "5.00"), cii_line(2, "Mise en service", "1"), cii_line(3, "Licences Craie", "3")) == 8


def test_a_quantity_of_time_a_fraction_or_of_other_things_counts_no_seats(reading: Read) -> None:
    months, hours, goods = cii_line(1, "Abonnement par utilisateur", "12", "MON"), cii_line(2, "Licence", "1.5"), cii_line(3, "Écran", "4")
    assert seats(reading, months, hours, goods) is None


def test_lines_of_ubl_tell_the_seats_too(reading: Read) -> None:
    ubl = (
        "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><IssueDate>2026-10-04</IssueDate><AccountingSupplierParty><Party>"
        "<PartyLegalEntity><RegistrationName>Ardoise SAS</RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty><LegalMonetaryTotal>"
        "<TaxInclusiveAmount>9.00</TaxInclusiveAmount></LegalMonetaryTotal><InvoiceLine><ID>1</ID><InvoicedQuantity unitCode='H87'>6</InvoicedQuantity>"
        "<Item><Description>per seat, per month</Description><Name>Ardoise</Name></Item></InvoiceLine></Invoice>"
    )
    (item,) = reading("f.xml", ubl).evidence
    assert isinstance(item.value, dict)
    assert (item.value["label"], item.value["seats"]) == ("Ardoise SAS", 6)
