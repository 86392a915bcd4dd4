"""A list of tools is read however people write it."""

from pathlib import Path

import pytest
import xlsxwriter

from bascule.read import read_inputs

from .conftest import AT, answers, codes

ARTICLE = """\
Voici quelques exemples concrets :
Fonction | Outil courant (non souverain) | Alternative plus souveraine |
IA | ChatGPT (OpenAI) / Claude (Antrhopic) | LeChat (Mistral) |
Hébergement* | AWS (Amazon) | OVHcloud (France) |
Messagerie | Outlook / Gmail | Infomaniak, OVH ou serveur dédié |
* Service français d’infogérance : Cognix Hosting, Alixans, Dutiko, Enix.
On ne va pas se mentir…
Oui, quitter les outils grand public les plus connus demande un effort. Vous perdrez peut-être quelques fonctionnalités.
"""


def tools(reading) -> list[tuple[str, str, str, str, str, str]]:
    """Return (place, tool, function, hint, cost a month, seats) of each tool."""
    found = answers(reading)
    rows = []
    for question, label in found.items():
        head, _, key = question.partition(":")
        if head == "ANSWER tool":
            more = (str(found.get(f"ANSWER tool-{field}:{key}", "")) for field in ("function", "hint", "cost-month-eur", "seats"))
            rows.append((key.rpartition("#")[2], str(label), *more))
    return rows


def names(reading) -> list[str]:
    return [row[1] for row in tools(reading)]


@pytest.mark.parametrize("mark", ["|", "\t", ";"])
def test_the_table_of_the_article_is_read_as_it_is_pasted(reading, mark: str) -> None:
    got = reading("article.txt", ARTICLE.replace(" | ", mark).replace(" |\n", f"{mark}\n"))
    assert got.errors == ()
    assert [row[:4] for row in tools(got)] == [
        ("3", "ChatGPT", "IA", "OpenAI"),
        ("3.2", "Claude", "IA", "Antrhopic"),
        ("3.3", "LeChat", "IA", "Mistral"),
        ("4", "AWS", "Hébergement", "Amazon"),
        ("4.2", "OVHcloud", "Hébergement", "France"),
        ("5", "Outlook", "Messagerie", ""),
        ("5.2", "Gmail", "Messagerie", ""),
        ("5.3", "Infomaniak", "Messagerie", ""),
        ("5.4", "OVH", "Messagerie", ""),
        ("5.5", "serveur dédié", "Messagerie", ""),
        ("6", "Cognix Hosting", "Hébergement", ""),
        ("6.2", "Alixans", "Hébergement", ""),
        ("6.3", "Dutiko", "Hébergement", ""),
        ("6.4", "Enix", "Hébergement", ""),
    ]


def test_a_markdown_table_is_the_same_table(reading) -> None:
    got = reading(
        "outils.md",
        "# Nos outils\n\nTexte.\n\n| Function | Tool | Monthly cost |\n|:--|---|--:|\n| Mail* | **Ardoise** / [Craie](https://craie.example/) | |\n"
        "| Chat | Buvard | 8,50 € |\n\n\\* Managed by: Encrier.\n",
    )
    assert tools(got) == [
        ("7", "Ardoise", "Mail", "", "", ""),
        ("7.2", "Craie", "Mail", "", "", ""),
        ("8", "Buvard", "Chat", "", "8.50", ""),
        ("10", "Encrier", "Mail", "", "", ""),
    ]


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_in_any_dialect_and_encoding(reading, mark: str, codec: str) -> None:
    rows = [["Coût annuel", "Utilisateurs", "Outil", "Fonction"], ["120 €", "8", "Ardoise", "Réunions d’été"], ["", "", "Craie", ""]]
    got = reading("outils.csv", "\r\n".join(mark.join(row) for row in rows).encode(codec))
    assert got.errors == ()
    assert tools(got) == [("2", "Ardoise", "Réunions d’été", "", "10.00", "8"), ("3", "Craie", "", "", "", "")]


@pytest.mark.parametrize(
    "heading",
    [
        "Outil;Usage;Coût mensuel;Licences;Remarque",
        "outil courant;FONCTION;€ / mois;Nombre de postes;commentaires",
        "Logicel;Fonctoin;Cout mensuell;Utilisatuers;Remarqe",
        "Tool;Used for;Cost per month;Seats;Notes",
        "Application;Besoin;Prix mensuel (€ HT);Nb utilisateurs;Observations",
    ],
)
def test_headings_are_known_in_two_languages_and_with_typing_errors(reading, heading: str) -> None:
    got = reading("outils.csv", f"Parc logiciel 2026\n{heading}\nArdoise;messagerie;12,5;3;à revoir\n")
    assert tools(got) == [("3", "Ardoise", "messagerie", "à revoir", "12.50", "3")]


def test_without_headings_the_first_column_of_words_holds_the_tools(reading) -> None:
    got = reading("outils.csv", "1;Ardoise;messagerie;8 €/mois\n2;Craie;visio;5 postes\n3;Buvard;;\n")
    assert tools(got) == [
        ("1", "Ardoise", "messagerie", "", "8.00", ""),
        ("2", "Craie", "visio", "", "", "5"),
        ("3", "Buvard", "", "", "", ""),
    ]


def test_without_a_column_of_tools_the_vendor_names_them(reading) -> None:
    got = reading("outils.csv", "Fonction;Fournisseur;Coût mensuel\nPaie;Encrier;10\n")
    assert tools(got) == [("2", "Encrier", "Paie", "", "10.00", "")]
    got = reading("outils.csv", "Fonction;Fournisseur;Outil\nPaie;Encrier;Plume\n")
    assert tools(got) == [("2", "Plume", "Paie", "Encrier", "", "")]


def test_a_plain_list_is_read_with_bullets_numbers_costs_and_sections(reading) -> None:
    got = reading(
        "outils.txt",
        "# mes outils\nOutils\n- Ardoise : messagerie interne, 8 €/mois\n2) Craie (visio) - 12 utilisateurs\n• Buvard\n\nMail : Plume, Encrier\n\n"
        "Comptabilité :\n  * Cahier – 120 € / an\n  * Registre\n\n[x] Agrafe\nLeChat (Mistral)\nsecretariat@exemple.fr\n"
        "Oui, quitter les outils grand public les plus connus demande un effort et il faudra un peu de temps pour vous adapter\n",
    )
    assert tools(got) == [
        ("3", "Ardoise", "messagerie interne", "", "8.00", ""),
        ("4", "Craie", "", "visio", "", "12"),
        ("5", "Buvard", "", "", "", ""),
        ("7", "Plume", "Mail", "", "", ""),
        ("7.2", "Encrier", "Mail", "", "", ""),
        ("10", "Cahier", "Comptabilité", "", "10.00", ""),
        ("11", "Registre", "Comptabilité", "", "", ""),
        ("13", "Agrafe", "", "", "", ""),
        ("14", "LeChat", "", "Mistral", "", ""),
        ("15", "secretariat@exemple.fr", "", "", "", ""),
    ]


def test_pieces_after_a_comma_that_are_no_names_are_remarks(reading) -> None:
    got = reading(
        "outils.txt",
        "Ardoise, pour les sites, 12 boîtes, env. 7,19 € par mois\nCraie, Buvard, pour les noms de domaine\nPlume : devis, gratuit\n"
        "Encrier gratuit\nlogiciel Cahier pour la caisse\n",
    )
    assert tools(got) == [
        ("1", "Ardoise", "pour les sites; 12 boîtes", "", "7.19", ""),
        ("2", "Craie", "pour les noms de domaine", "", "", ""),
        ("2.2", "Buvard", "pour les noms de domaine", "", "", ""),
        ("3", "Plume", "devis, gratuit", "", "", ""),
        ("4", "Encrier gratuit", "", "", "", ""),
        ("5", "logiciel Cahier pour la caisse", "", "", "", ""),
    ]


def test_a_remark_under_a_heading_is_kept_beside_the_tool(reading) -> None:
    got = reading("outils.txt", "Comptabilité :\nCahier (en ligne), pour la caisse\n\nMail : Plume, Encrier, pour le cabinet\n")
    assert tools(got) == [
        ("2", "Cahier", "Comptabilité", "en ligne; pour la caisse", "", ""),
        ("4", "Plume", "Mail", "pour le cabinet", "", ""),
        ("4.2", "Encrier", "Mail", "pour le cabinet", "", ""),
    ]


@pytest.mark.parametrize(
    "title", ["Nos outils", "Liste des logiciels du cabinet", "La liste de nos outils 2026", "— Our software —", "The list of our tools", "Mes applis"]
)
def test_a_title_before_the_first_tool_is_none(reading, title: str) -> None:
    assert names(reading("outils.txt", f"{title}\n\nArdoise\nCraie\n")) == ["Ardoise", "Craie"]


def test_what_looks_like_a_title_further_down_is_a_tool(reading) -> None:
    assert names(reading("outils.txt", "Ardoise\nNos outils\n")) == ["Ardoise", "Nos outils"]


def test_a_share_is_no_cost_and_no_fault(reading) -> None:
    got = reading("outils.csv", "Outil;Coût mensuel\nArdoise;env. 7,19\nCraie;~ 12 €\nBuvard;20 %\n")
    assert got.errors == ()
    assert [(row[1], row[4]) for row in tools(got)] == [("Ardoise", "7.19"), ("Craie", "12.00"), ("Buvard", "")]


def test_a_spreadsheet_names_its_sheet_and_formula_like_cells_are_text(tmp_path: Path) -> None:
    path = tmp_path / "outils.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        book.add_worksheet("Lisez-moi").write(0, 0, "Bonjour")
        sheet = book.add_worksheet("Feuille#1")
        for row, cells in enumerate(
            [["Parc 2026"], ["Outil", "Fonction", "Coût par an", "Postes"], ["=cmd|' /C calc'!A0", "", 120, 8], ["@SOMME", "visio", "", ""]]
        ):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        sheet.write_formula(4, 0, '="Ardoise"', value="Ardoise")
    got = read_inputs([path], AT)
    assert got.errors == ()
    assert tools(got) == [
        ("Feuille_1!3", "=cmd|' /C calc'!A0", "", "", "10.00", "8"),
        ("Feuille_1!4", "@SOMME", "visio", "", "", ""),
        ("Feuille_1!5", "Ardoise", "", "", "", ""),
    ]


def test_a_cost_that_is_no_amount_is_told_and_the_tool_still_counts(reading) -> None:
    got = reading("outils.csv", "Outil;Coût mensuel;Postes\nArdoise;cher;8\nCraie;12 $;deux\nBuvard;?;n/c\nPlume;gratuit;1\n")
    assert codes(got) == [("bad-number", "2"), ("bad-number", "3")]
    assert [(row[1], row[4], row[5]) for row in tools(got)] == [("Ardoise", "", "8"), ("Craie", "", ""), ("Buvard", "", ""), ("Plume", "0.00", "1")]


def test_a_price_per_seat_counts_with_the_seats_and_one_for_several_tools_for_none(reading) -> None:
    got = reading("outils.csv", "Outil;Coût mensuel par utilisateur;Utilisateurs\nArdoise;5;8\nCraie;5;\nBuvard, Plume;5;2\n")
    assert [(row[1], row[4]) for row in tools(got)] == [("Ardoise", "40.00"), ("Craie", ""), ("Buvard", ""), ("Plume", "")]
    assert got.notes[0].details == {"place": "4", "cost": "10.00"}


def test_a_quote_that_is_never_closed_loses_no_line(reading) -> None:
    got = reading("outils.csv", 'Outil;Fonction\n"Ardoise;mail\nCraie;visio\n"Buvard\nPlume";"a ""b"""\nEncrier;x\n')
    assert names(got)[-1] == "Encrier"
    assert {"Craie", "Encrier"} <= set(names(got))
    got = reading("outils.csv", 'Outil;Fonction\n"Ardoise;mail\nCraie;visio\n')
    assert names(got) == ["Ardoise", "Craie"]


def test_a_table_of_money_movements_and_prose_are_no_list_of_tools(reading) -> None:
    assert reading("releve.csv", "Date;Libellé;Débit;Crédit\n01/01/2026;Loyer;800,00;\n").evidence == ()
    assert codes(reading("grand-livre.csv", "Solde;Débit;Crédit\n12,00;800,00;\n")) == [("not-recognised", None)]
    assert codes(reading("lettre.txt", "Il faut prendre cet événement pour ce qu’il est. " * 20 + "\n")) == [("not-recognised", None)]


def test_a_list_without_tools_says_so(reading) -> None:
    assert codes(reading("outils.csv", "Outil;Fonction\n;\n-;mail\n")) == [("no-tool", None)]


def test_a_list_that_never_ends_is_cut_and_told(reading) -> None:
    got = reading("outils.csv", "Outil\n" + "Ardoise\n" * 10_001)
    assert len(got.evidence) == 10_000
    assert got.errors[0].code == "too-many"


def test_each_tool_has_a_place_of_its_own(reading) -> None:
    got = reading("outils.csv", "Outil;Alternative\nArdoise / Craie;Buvard\nArdoise;\n")
    assert [row[0] for row in tools(got)] == ["2", "2.2", "2.3", "3"]
    assert len({item.question for item in got.evidence}) == len(got.evidence)
