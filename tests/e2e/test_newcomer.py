"""A person who has just installed Bascule: the real program, in its own process, on files as people have them."""

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/atelier-brunel"

# Tools as a reader of the article would paste them: what is written in a cell, and the service that is meant.
TABLE = (
    ("IA", {"ChatGPT (OpenAI)": "chatgpt", "Claude (Antrhopic)": "claude", "Gemini (Google)": "gemini", "LLaMa (Meta)": "llama", "Grok (xAI)": "grok"}),
    ("Site internet", {"WordPress (US)": "wordpress", "Magento (US)": "magento", "Shopify (Canada)": "shopify", "Drupal (US)": "drupal"}),
    ("Hébergement*", {"AWS (Amazon)": "aws", "Azure (Microsoft)": "azure", "GCP (Google)": "gcp"}),
    ("Messagerie", {"Outlook": "outlook", "Gmail": "gmail"}),
    ("Visioconférence", {"Teams": "teams", "Zoom": "zoom", "Google Meet": "google-meet"}),
    ("Bureautique", {"Microsoft 365": "microsoft-365", "Google Docs": "google-docs"}),
    ("Stockage cloud", {"OneDrive": "onedrive", "Google Drive": "google-drive"}),
    ("Moteurs de recherche web", {"Google": "google-search", "Bing": "bing"}),
    ("Chat d’entreprise", {"Slack": "slack", "Discord": "discord"}),
    ("Réseaux Sociaux d’entreprise", {"Workplace": "workplace"}),
)

# What stands in the article's third column and below its table.
OTHERS = {
    "LeChat": "le-chat",
    "WebGazelle CMS": "webgazelle",
    "PrestaShop": "prestashop",
    "Typo3": "typo3",
    "OVHcloud": "ovhcloud",
    "Scaleway": "scaleway",
    "IONOS": "ionos",
    "Infomaniak": "infomaniak",
    "OVH": "ovh-mail",
    "serveur dédié": "dedicated-mail",
    "Jitsi": "jitsi",
    "Whereby": "whereby",
    "MiroTalk": "mirotalk",
    "LibreOffice": "libreoffice",
    "OnlyOffice": "onlyoffice",
    "Cognix Cloud": "cognix-cloud",
    "Nextcloud": "nextcloud",
    "Qwant": "qwant",
    "Lilo": "lilo",
    "RocketChat": "rocketchat",
    "Treebal": "treebal",
    "Whaller": "whaller",
    "Steeple": "steeple",
    "Cognix Hosting": "cognix-hosting",
    "Alixans": "alixans",
    "Dutiko": "dutiko",
    "Enix": "enix",
}
TOOLS = {name.partition(" (")[0]: service for _, tools in TABLE for name, service in tools.items()}


def bascule(*arguments, cwd=None, **environment):
    """Run the program; it may never show a traceback."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8", **environment}
    for name in ("LC_ALL", "LC_MESSAGES"):
        env.pop(name, None)
    done = subprocess.run([sys.executable, "-m", "bascule", *map(str, arguments)], capture_output=True, cwd=cwd, env=env, timeout=120, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def audited(*arguments, cwd=None):
    status, out, err = bascule("audit", *arguments, "--format", "json", cwd=cwd)
    assert status == 0, err
    return json.loads(out)


def test_the_example_firm_in_one_command(tmp_path):
    names = ("rapport.html", "audit.json", "tableau.csv")
    status, out, err = bascule("--lang", "fr", "audit", "--offline", EXAMPLE, *(part for name in names for part in ("-o", tmp_path / name)))
    assert (status, out) == (0, "")
    assert [line.split("/")[-1] for line in err.splitlines()] == list(names)
    assert "Atelier Brunel" in (tmp_path / "rapport.html").read_text("utf-8")
    made = json.loads((tmp_path / "audit.json").read_bytes())
    assert made["subjects"] == ["atelier-brunel.example", "brunel-agencement.example"]
    assert len(list(csv.reader(io.StringIO((tmp_path / "tableau.csv").read_text("utf-8")), delimiter=";"))) == 1 + len(made["dependencies"])


def test_every_tool_of_the_example_list_comes_back_with_its_service():
    made = audited(EXAMPLE / "outils.csv")
    found = {row["service"] for row in made["dependencies"]}
    expected = (
        "microsoft-365 teams onedrive dropbox slack whatsapp zoom chatgpt claude google-search libreoffice windows "
        "pennylane sellsy payfit yousign bitwarden canva"
    )
    assert set(expected.split()) <= found
    assert [item["seen"] for item in made["unknowns"]] == ["SolidBois Pro"]


def test_the_summary_is_on_the_terminal_and_the_play_too():
    status, out, err = bascule("audit", EXAMPLE)
    assert (status, err) == (0, "")
    assert "Who holds the switch? Atelier Brunel" in out
    assert "What stops" in out
    status, out, err = bascule("couper", EXAMPLE)
    assert (status, err) == (0, "")
    assert "What if the United States ordered" in out


def pasted(separator):
    lines = [separator.join(("Fonction", "Outil courant (non souverain)", "Alternative plus souveraine"))]
    lines += [separator.join((function, " / ".join(tools), "")) for function, tools in TABLE]
    return "\n".join(lines) + "\n"


def named(made):
    """Return which services each written name led to, by the observations behind the rows."""
    found = {}
    seen = {item["id"]: item for item in made["evidence"]}
    for row in made["dependencies"]:
        for name in row["evidence"]:
            if seen[name]["question"].startswith("ANSWER tool:"):
                found.setdefault(seen[name]["value"][0], set()).add(row["service"])
    return found


@pytest.mark.parametrize("separator", [" | ", "\t", ";"], ids=["bars", "tabs", "semicolons"])
def test_a_table_pasted_from_the_article_names_every_service(tmp_path, separator):
    file = tmp_path / ("liste.csv" if separator == ";" else "liste.txt")
    file.write_text(pasted(separator), "utf-8")
    made = audited(file)
    assert named(made) == {name: {service} for name, service in TOOLS.items()}
    assert made["unknowns"] == []


def test_the_article_itself():
    article = next((path for path in (ROOT.parent / "shared/article.txt", ROOT.parent / "article.txt") if path.exists()), None)
    if article is None:
        pytest.skip("the article is not beside this checkout")
    made = audited(article)
    assert named(made) == {name: {service} for name, service in (TOOLS | OTHERS).items()}
    assert made["unknowns"] == []


def workbook(*rows):
    """A small XLSX whose cells are given as XML."""
    cells = "".join(f'<row r="{number}">{row}</row>' for number, row in enumerate(rows, 1))
    office, package = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/package/2006"
    sheet, kind = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "application/vnd.openxmlformats-officedocument.spreadsheetml"
    link = f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/{{}}" Target="{{}}"/></Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": link.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{sheet}" xmlns:r="{office}"><sheets><sheet name="Outils" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": link.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_formulas_of_a_workbook_are_texts_everywhere(tmp_path):
    file = tmp_path / "outils.xlsx"
    cells = [
        text_cell("A1", "Outil"),
        text_cell("A2", "Slack"),
        text_cell("A3", "=HYPERLINK(&quot;http://x.example&quot;)"),
        '<c r="A4" t="str"><f>1+1</f><v>@SUM(1)</v></c>',
        text_cell("A5", "+33 1 23"),
    ]
    file.write_bytes(workbook(*cells))
    table = tmp_path / "t.csv"
    status, _, err = bascule("audit", file, "-o", table, "-o", tmp_path / "p.html")
    assert status in (0, 3), err
    found = [cell for row in csv.reader(io.StringIO(table.read_text("utf-8"))) for cell in row]
    assert any("Slack" in cell for cell in found)
    assert not [cell for cell in found if re.match(r"\s*[=+\-@\t\r]", cell)]


def bomb():
    return gzip.compress(b"\0" * 80_000_000)


HOSTILE = {
    "random bytes": ("x.bin", os.urandom(5000)),
    "random bytes that call themselves a list": ("x.csv", bytes(range(256)) * 40),
    "a bomb": ("x.jsonl.gz", bomb),
    "half an archive": ("x.jsonl.gz", gzip.compress(b'{"subject":"a"}\n' * 9000)[:200]),
    "no workbook": ("x.xlsx", b"PK\x03\x04 not really"),
    "half a workbook": ("x.xlsx", workbook('<c r="A1"><v>1</v></c>')[:300]),
    "empty": ("x.csv", b""),
    "blank": ("x.txt", b" \n\t\r\n"),
    "half a line": ("x.jsonl", b'{"subject":"a.example","kind":"dns","question":"MX a.ex'),
    "a later schema": ("x.jsonl", b'{"schema":"bascule.evidence/99"}\n'),
    "broken TOML": ("firm.toml", b'name = "x\n'),
    "deep JSON": ("x.jsonl", b"[" * 200_000),
}


@pytest.mark.parametrize(("name", "content"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_in_3_and_are_named(tmp_path, name, content):
    file, page, table = tmp_path / name, tmp_path / "out/page.html", tmp_path / "out/table.csv"
    file.write_bytes(content() if callable(content) else content)
    page.parent.mkdir()
    table.write_text("old", "utf-8")
    status, out, err = bascule("audit", file, "-o", page, "-o", table)
    assert (status, out) == (3, "")
    assert str(file) in err
    assert [path.name for path in page.parent.iterdir()] == ["table.csv"], "nothing half-written"
    assert table.read_text("utf-8") == "old"


def test_a_fault_within_a_file_is_named_by_its_line(tmp_path):
    good = {"subject": "a.example", "kind": "dns", "question": "MX a.example", "outcome": "present", "value": ["10 mx1.mail.ovh.net."], "source": "x"}
    line = json.dumps({**good, "seen_at": "2026-01-10T10:00:00Z"})
    (tmp_path / "x.jsonl").write_text(f"{line}\n{line.replace('subject', 'sujet')}\n{line[:50]}\n", "utf-8")
    status, out, err = bascule("audit", "x.jsonl", "--format", "json", cwd=tmp_path)
    assert status == 3
    assert "x.jsonl:2: the key “sujet” is not known. Did you mean “subject”?" in err
    assert "x.jsonl:3: this line is not JSON" in err
    assert "ovhcloud" in {row["organisation"] for row in json.loads(out)["dependencies"]}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "iso-8859-15"])
def test_the_encodings_that_spreadsheets_leave_behind_are_read(tmp_path, encoding):
    (tmp_path / "l.csv").write_bytes("Fonction;Outil;Coût mensuel\nVisioconférence;Zoom;13,33\nMessagerie;Gmail;12,00\n".encode(encoding))
    made = audited("l.csv", cwd=tmp_path)
    assert {"zoom"} <= {row["service"] for row in made["dependencies"]}
    assert {"video-meeting"} <= {row["function"] for row in made["dependencies"]}
    assert sum(row["cost_eur_month"] or 0 for row in made["dependencies"]) == pytest.approx(25.33)


def test_an_encoding_that_is_none_is_told(tmp_path):
    (tmp_path / "l.csv").write_bytes("Outil\nVisioconférence Zoom\n".encode("utf-16-le") + b"\xd8")
    status, _, err = bascule("audit", "l.csv", cwd=tmp_path)
    assert status == 3
    assert "l.csv" in err


def test_a_reader_that_has_seen_enough_is_no_defect():
    command = f"{sys.executable} -m bascule audit {EXAMPLE} --format json | head -c 100"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, timeout=60, check=False)
    assert len(done.stdout) == 100
    assert b"Traceback" not in done.stderr


def test_the_program_speaks_the_language_of_the_computer():
    assert "Usage" in bascule("--help", LANG="en_GB.UTF-8")[1]
    assert "Emploi" in bascule("--help", LANG="fr_FR.UTF-8")[1]


def test_it_opens_no_connection(tmp_path):
    """Nothing leaves the computer: files are read without a socket, and without the libraries that open any."""
    guard = tmp_path / "sitecustomize.py"
    guard.write_text(
        "import sys\ndef no(event, args):\n"
        "    if event.startswith('socket.') or (event == 'import' and args[0] in ('aiodns', 'pycares', 'pycurl')):\n"
        "        raise SystemExit(f'a socket was opened: {event} {args[0]}')\nsys.addaudithook(no)\n",
        "utf-8",
    )
    path = f"{tmp_path}{os.pathsep}{ROOT / 'src'}"
    status, _, err = bascule("audit", EXAMPLE, "-o", tmp_path / "p.html", PYTHONPATH=path)
    assert status == 0, err
