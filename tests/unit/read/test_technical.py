"""Readers of technical files: real forms, made-up content; bombs and broken files end in a fault."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bascule.read import Reading, read_inputs

AT = datetime(2026, 11, 24, tzinfo=UTC)


def read(tmp_path: Path, name: str, content: str | bytes) -> Reading:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_inputs([path], AT)


def values(reading: Reading) -> list[dict[str, object]]:
    assert reading.errors == ()
    return [item.value for item in reading.evidence]


def labels(reading: Reading) -> list[str]:
    return [str(value["label"]) for value in values(reading)]


GOOGLE = "App name,Type,ID,Verified status,Users,Requested services,Access\n"


@pytest.mark.parametrize(
    "content",
    [
        "displayName,appId,homepage\nArdoise,ID-1,https://www.ardoise.test/x\n",
        "Name,Object ID,Application ID,Homepage URL\nArdoise,o,ID-1,https://www.ardoise.test/x\n",
        "Nom;ID d'objet;ID d'application;URL de la page d'accueil\nArdoise;o;ID-1;https://www.ardoise.test/x\n",
        json.dumps({"value": [{"displayName": "Ardoise", "appId": "ID-1", "homepage": "https://www.ardoise.test/x", "servicePrincipalType": "Application"}]}),
    ],
)
def test_an_application_list_of_entra_gives_name_id_and_host(tmp_path, content):
    (value,) = values(read(tmp_path, "apps.json" if content[0] == "{" else "apps.csv", content))
    assert value == {"label": "Ardoise", "what": "app", "count": 1, "id": "id-1", "site": "www.ardoise.test"}


def test_an_application_list_of_google_gives_its_users(tmp_path):
    (value,) = values(read(tmp_path, "g.csv", GOOGLE + 'Ardoise,Web,12.apps,Verified,7,"Drive, Gmail",Trusted\n'))
    assert value == {"label": "Ardoise", "what": "app", "count": 1, "users": 7, "id": "12.apps"}


def test_when_people_last_signed_in_is_kept(tmp_path):
    heads = "Application ID,Application name,Users,Successful sign-ins,Last sign-in date\n"
    listed = heads + "1,Ardoise,3,12,2026-09-01T10:00:00Z\n1,Ardoise,4,0,2026-08-01\n2,Craie,0,0,\n"
    first, second = values(read(tmp_path, "apps.csv", listed))
    assert first == {"label": "Ardoise", "what": "app", "count": 2, "users": 4, "sign_ins": 12, "last": "2026-09-01", "id": "1"}
    assert second == {"label": "Craie", "what": "app", "count": 1, "users": 0, "sign_ins": 0, "id": "2"}


def test_a_token_audit_keeps_applications_and_no_person(tmp_path):
    reading = read(tmp_path, "t.csv", "User,App name,Client ID,Scope,Date\n" + "jeanne@exemple.fr,Ardoise,c-1,drive,2026-01-02\n" * 3)
    assert values(reading) == [{"label": "Ardoise", "what": "app", "count": 3, "id": "c-1"}]
    assert "jeanne" not in str(reading)


def test_applications_of_okta_that_are_active_are_read(tmp_path):
    apps = [{"name": f"n{status}", "label": f"L{status}", "status": status, "signOnMode": "SAML_2_0"} for status in ("ACTIVE", "INACTIVE")]
    assert values(read(tmp_path, "apps.json", json.dumps(apps))) == [{"label": "LACTIVE", "what": "app", "count": 1, "id": "nactive"}]


def test_principals_of_the_system_itself_are_left_out(tmp_path):
    tag = ["WindowsAzureActiveDirectoryIntegratedApp"]
    apps = [{"displayName": "Système", "appId": "1", "tags": []}, {"displayName": "Ardoise", "appId": "2", "tags": tag, "servicePrincipalNames": []}]
    assert labels(read(tmp_path, "sp.json", json.dumps({"value": apps}))) == ["Ardoise"]


def test_software_is_read_from_list_and_inventories_and_no_user_or_machine(tmp_path):
    listed = read(tmp_path, "l.csv", "Nom;Éditeur;Nombre d'installations\nArdoise;Craie SA;12\n")
    xml = read(tmp_path, "i.xml", "<?xml version='1.0'?><REQUEST><DEVICEID>PC-JEANNE</DEVICEID><CONTENT><USERS><NAME>jeanne</NAME></USERS>"
               "<SOFTWARES><NAME>Ardoise</NAME><VERSION>1</VERSION></SOFTWARES></CONTENT></REQUEST>")  # fmt: skip
    agent = read(tmp_path, "i.json", json.dumps({"action": "inventory", "deviceid": "PC-JEANNE", "content": {"softwares": [{"name": "Ardoise"}]}}))
    assert [labels(one) for one in (listed, xml, agent)] == [["Ardoise"]] * 3
    assert values(listed)[0]["count"] == 12
    assert "jeanne" not in f"{xml}{agent}".lower()


MANIFESTS = [
    ("package.json", '{"dependencies": {"@Ardoise/sdk": "1"}, "devDependencies": {"craie": "2"}}', ["pkg:npm/@ardoise/sdk", "pkg:npm/craie"]),
    ("package-lock.json", '{"packages": {"": {"dependencies": {"craie": "1"}}, "node_modules/autre": {}}}', ["pkg:npm/craie"]),
    ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"craie": {"version": "1"}}}', ["pkg:npm/craie"]),
    (
        "requirements.txt",
        "# ?\n-r autre.txt\nArdoise_Craie[x]>=1.0 ; python_version < '4'\ncraie @ https://exemple.test/c.whl\n",
        ["pkg:pypi/ardoise-craie", "pkg:pypi/craie"],
    ),
    (
        "pyproject.toml",
        '[project]\ndependencies = ["ardoise>=1"]\n[tool.poetry.dependencies]\npython = "3"\ncraie = "1"\n',
        ["pkg:pypi/ardoise", "pkg:pypi/craie"],
    ),
    ("composer.json", '{"require": {"php": ">=8", "ardoise/craie": "^1"}}', ["pkg:composer/ardoise/craie"]),
    ("composer.lock", '{"packages": [{"name": "ardoise/craie"}]}', ["pkg:composer/ardoise/craie"]),
    (
        "Gemfile.lock",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    autre (1.0)\n\nDEPENDENCIES\n  ardoise (~> 1.0)\n  craie!\n",
        ["pkg:gem/ardoise", "pkg:gem/craie"],
    ),
    (
        "go.mod",
        "module exemple.fr/x\n\nrequire (\n\tgithub.com/Ardoise/craie/v3 v3.1.0\n\texemple.fr/y v1.0.0 // indirect\n)\n",
        ["pkg:golang/github.com/ardoise/craie"],
    ),
    (
        "pom.xml",
        "<project><groupId>fr.x</groupId><dependencies><dependency><groupId>fr.ardoise</groupId><artifactId>craie</artifactId></dependency></dependencies></project>",
        ["pkg:maven/fr.ardoise/craie"],
    ),
]


@pytest.mark.parametrize(("name", "content", "expected"), MANIFESTS)
def test_a_manifest_names_what_the_project_asks_for(tmp_path, name, content, expected):
    assert labels(read(tmp_path, name, content)) == expected


COMPOSE = """
x-commun: &commun
  image: ghcr.io/ardoise/craie:1.2@sha256:00
services:
  web:
    <<: *commun
    environment:
      STRIPE_SECRET_KEY: sk_canari
  file:
    image: docker.io/library/nginx:1.27
    environment: ["SENTRY_DSN=https://canari@exemple.test/1", "libre"]
"""


def test_compose_gives_images_and_names_of_variables(tmp_path):
    reading = read(tmp_path, "docker-compose.yml", COMPOSE)
    assert [(value["what"], value["label"]) for value in values(reading)] == [
        ("image", "ghcr.io/ardoise/craie"),
        ("image", "nginx"),
        ("variable", "STRIPE_SECRET_KEY"),
        ("variable", "SENTRY_DSN"),
    ]
    assert "canari" not in str(reading)


def test_a_bomb_of_aliases_costs_nothing(tmp_path):
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 20)}]\n" for n in range(20))
    assert labels(read(tmp_path, "compose.yaml", bomb + "services:\n  s:\n    image: ardoise\n    environment: *u\n")) == ["ardoise"]


@pytest.mark.parametrize("content", ["services: " + "[" * 5000, "services:\n  a: {b: c\n", "services:\n\t- x"])
def test_broken_yaml_is_a_fault_with_its_line(tmp_path, content):
    reading = read(tmp_path, "compose.yaml", content)
    assert reading.errors[0].code == "bad-document"
    assert reading.errors[0].place


SHOW = {"terraform_version": "1.9", "values": {"root_module": {"child_modules": [{"resources": [
    {"mode": "managed", "type": "aws_s3_bucket", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"secret": "canari"}},
    {"mode": "data", "type": "aws_ami", "provider_name": "registry.terraform.io/hashicorp/aws"}]}]}}}  # fmt: skip
STATE = {"version": 4, "terraform_version": "1.9", "resources": [{"mode": "managed", "type": "aws_s3_bucket", "name": "canari",
    "provider": 'module.x.provider["registry.terraform.io/hashicorp/aws"].eu', "instances": [{"attributes": {"secret": "canari"}}]}]}  # fmt: skip


@pytest.mark.parametrize("document", [SHOW, STATE])
def test_terraform_gives_providers_and_types_and_no_attribute(tmp_path, document):
    reading = read(tmp_path, "terraform.tfstate", json.dumps(document))
    assert {str(value["label"]): value["count"] for value in values(reading)} == {"hashicorp/aws": 1, "aws_s3_bucket": 1}
    assert "canari" not in str(reading)


ENV = """# commentaire
export STRIPE_SECRET_KEY=canari1
SENTRY_DSN="https://canari2@x/1"
CLE="-----BEGIN KEY-----
MIICANARI3=
CANARI4=
-----END KEY-----"
CANARI5/ligne/cassée
canAri6==
AWS_ACCESS_KEY_ID = canari7
"""


def test_values_of_variables_are_nowhere_not_even_in_a_fault(tmp_path):
    (tmp_path / ".env").write_text(ENV)
    reading = read_inputs([tmp_path / ".env"], AT)
    assert [item.value["label"] for item in reading.evidence] == ["STRIPE_SECRET_KEY", "SENTRY_DSN", "CLE", "AWS_ACCESS_KEY_ID"]
    assert [error.place for error in reading.errors] == ["8", "9"]
    assert "canari" not in f"{reading}{[str(error) for error in reading.errors]}".lower()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.csv", b"displayName,appId\nArdoise,1\n"),
        ("requirements.txt", b"ardoise\n"),
        ("compose.yaml", b"services:\n"),
        (".env", b"A=1\n"),
        ("i.xml", b"<REQUEST><CONTENT>"),
    ],
)
def test_a_packed_bomb_is_refused(tmp_path, name, start):
    assert [error.code for error in read(tmp_path, name, gzip.compress(start + b" " * 40_000_000)).errors][:1] in (["bomb"], ["too-large"])


@pytest.mark.parametrize("name", ["sp.json", "package.json", "t.tfstate", "i.json"])
def test_deep_json_is_a_fault(tmp_path, name):
    heads = {"sp.json": '[{"servicePrincipalType":', "package.json": "", "t.tfstate": '{"terraform_version":', "i.json": '{"deviceid":'}
    assert [error.code for error in read(tmp_path, name, heads[name] + "[" * 200_000).errors] == ["bad-document"]


def test_entities_of_a_document_are_refused(tmp_path):
    reading = read(tmp_path, "pom.xml", '<!DOCTYPE p [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><project>&b;</project>')
    assert [error.code for error in reading.errors] == ["bad-document"]


def test_the_code_of_others_in_a_folder_is_not_read(tmp_path):
    (tmp_path / "node_modules/x").mkdir(parents=True)
    (tmp_path / "node_modules/x/package.json").write_text('{"dependencies": {"craie": "1"}}')
    assert read_inputs([tmp_path], AT).evidence == ()


def test_two_names_on_one_line_do_not_answer_for_each_other(tmp_path):
    reading = read(tmp_path, "compose.yaml", "services: {a: {image: ardoise}, b: {image: craie}}\n")
    assert labels(reading) == ["ardoise", "craie"]
    assert len({item.question for item in reading.evidence}) == 2
