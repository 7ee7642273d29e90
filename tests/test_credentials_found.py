"""What is a credential, what is none, and which rule reports it."""

import base64

import pytest
from credential_help import HEX, LETTERS, found, load_snippets, made, private_key, zoho_token

SNIPPETS = load_snippets()
KEY = made(LETTERS, 32)
OTHER = made(LETTERS, 30, 2)
HASH = made(HEX, 40)


def test_made_up_snippets_are_judged_as_they_are_labelled() -> None:
    missed = []
    for snippet in SNIPPETS.positives(seed=3, rounds=1):
        marked = found({snippet.name: snippet.text})
        if not any(text and (text in snippet.text) for _, text in marked):
            missed.append(snippet.text)
    assert missed == []
    assert [snippet.text for snippet in SNIPPETS.negatives() if found({snippet.name: snippet.text})] == []


@pytest.mark.parametrize(
    ("code", "script"),
    [
        ("SIG301", f'fetch(u, {{ headers: {{ Authorization: "Bearer {KEY}" }} }});'),
        ("SIG301", f'const t = "{KEY}"; fetch(u, {{ headers: {{ Authorization: "Bearer " + t }} }});'),
        ("SIG301", f'const apiToken = "{KEY}"; xhr.setRequestHeader("Authorization", `Bearer ${{apiToken}}`);'),
        ("SIG301", f'const h = {{ headers: {{ Authorization: "Bearer " + (session.token || "{KEY}") }} }};'),
        ("SIG301", f'xhr.setRequestHeader("X-Api-Key", "{KEY}");'),
        ("SIG303", f'const u = "https://api.acme-crm.io/a?api_key={KEY}";'),
        ("SIG303", f'const k = "{KEY}"; const u = base + "?api_key=" + k;'),
        ("SIG304", f'const clientSecret = "{KEY}";'),
        ("SIG304", f'const s = {{ value: 1 }}; s.clientSecret ||= x; s["client-secret"] = "{KEY}";'),
        ("SIG304", f'const apiKey = ["{KEY[:16]}", "{KEY[16:]}"].join("");'),
        ("SIG304", f'const apiKey = "{KEY[:16]}" + "{KEY[16:]}";'),
        ("SIG304", f'const apiKey = encodeURIComponent("{KEY}");'),
        ("SIG304", f'const apiKey = atob("{base64.b64encode(KEY.encode()).decode()}");'),
        ("SIG308", f'const mapToken = "{KEY}";'),
        ("SIG308", f'// apiSecret = "{KEY}"'),
        ("SIG302", f'send("{zoho_token()}");'),
    ],
)
def test_the_first_rule_that_fits_reports_the_literal(code: str, script: str) -> None:
    assert [rule for rule, _ in found(script)] == [code]


def test_the_value_is_marked_and_nothing_else() -> None:
    assert found(f'const h = {{ Authorization: "Zoho-oauthtoken {zoho_token()}" }};') == [("SIG301", zoho_token())]
    assert found(f'const u = "https://svc:{OTHER}@acme-crm.io/a?b=1";') == [("SIG303", OTHER)]
    assert found({"app/a.html": f'<a href="https://acme-crm.io/?a=1&amp;api_key={KEY}">x</a>'}) == [("SIG303", KEY)]
    assert found({"app/a.html": f'<button onclick="login({{ apiKey: &quot;{KEY}&quot; }})">x</button>'}) == [("SIG304", KEY)]


def test_one_literal_gives_one_finding_in_each_of_its_places() -> None:
    script = f'const apiKey = "{KEY}";\nconst again = {{ apiKey: "{KEY}" }};\nsend(apiKey, "Bearer " + apiKey);'
    assert [rule for rule, _ in found(script)] == ["SIG301", "SIG304"]


def test_a_value_that_flows_into_a_request_is_reported_where_it_is_written() -> None:
    files = {
        "app/keys.js": f'export const K = "{KEY}";',
        "app/a.js": 'import { K } from "./keys.js";\n'
        'SigmaSDK.WRITER.request({ type: "GET", url: "https://a.io/", headers: { Authorization: "Bearer " + K } });',
    }
    assert [rule for rule, _ in found(files)] == ["SIG301"]


def test_json_files_of_the_package_are_read() -> None:
    assert found({"plugin-manifest.json": f'{{"service": "WRITER", "connectors": [{{"clientSecret": "{KEY}"}}]}}'}) == [
        ("SIG306", KEY)
    ]
    assert found({"app/config.json": f'{{"headers": {{"Authorization": "Bearer {KEY}"}}}}'}) == [("SIG306", KEY)]
    assert found({"app/data.json": f'[["{zoho_token()}"]]'}) == [("SIG302", zoho_token())]
    assert found({"app/big.json": f'{{"a": [{"1," * 150_000}1], "clientSecret": "{KEY}"}}'}) == [("SIG306", KEY)]
    assert found({"app/i18n/en.json": '{"password": "Passw0rt99", "apiKey": "Key4YourApp22"}'}) == []


def test_styles_environment_and_key_files_are_searched() -> None:
    assert found({"app/.env": f"# a\nexport API_SECRET={KEY}\nNAME=acme\n"}) == [("SIG304", KEY)]
    assert found({"app/a.css": f"a {{ background: url(https://acme-crm.io/a.png?api_key={KEY}) }}"}) == [("SIG303", KEY)]
    assert [rule for rule, _ in found({"app/server.pem": private_key("")})] == ["SIG305"]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_private_keys_are_found_in_any_writing(kind: str) -> None:
    key = private_key(kind)
    lines = key.split("\n")
    for script in (
        f"const k = `{key}`;",
        'const k = "' + "\\n".join(lines) + '";',
        "const k = [\n" + ",\n".join(f'"{line}"' for line in lines) + "\n];",
        "const k =\n" + " +\n".join(f'"{line}\\n"' for line in lines) + ";",
    ):
        assert [(rule, text[:10]) for rule, text in found(script)] == [("SIG305", "-----BEGIN")]


def test_a_private_key_without_its_body_is_none() -> None:
    for script in (
        'const k = "-----BEGIN RSA PRIVATE KEY-----";',
        'const k = "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----";',
        f'const k = "-----BEGIN PRIVATE KEY-----\\n{"x" * 400}\\n-----END PRIVATE KEY-----";',
        "const k = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;",
        private_key().replace("PRIVATE", "PUBLIC").join("``"),
    ):
        assert found(script) == []


def test_libraries_and_minified_code_are_searched_for_formats_keys_and_addresses_only() -> None:
    filler = "function a(){return 1}" * 300
    script = f'var apiKey="{KEY}",t="{zoho_token()}",u="https://svc:{OTHER}@acme-crm.io/";{filler}'
    assert found({"app/lib.js": script}) == [("SIG302", zoho_token()), ("SIG303", OTHER)]


def test_google_keys_are_silent_where_they_are_public() -> None:
    key = "AI" + "za" + made(LETTERS, 35, 5)
    assert [rule for rule, _ in found(f'const s = "{key}";')] == ["SIG308"]
    assert found(f'load("https://maps.googleapis.com/maps/api/js?key={key}");') == []
    assert found(f'firebase.initializeApp({{ apiKey: "{key}", projectId: "acme" }});') == []
    assert found(f'const firebaseConfig = {{ apiKey: "{key}" }};') == []


def test_what_stands_in_broken_code_or_odd_places_is_found() -> None:
    token = zoho_token()
    assert found(f'const = {{ a: "{token}" ') == [("SIG302", token)]
    assert found(f'function f( = "{token}") {{}}') == [("SIG302", token)]
    assert found(f'function f( = "{KEY}") {{}}') == []
    assert found(f"const r = /{token}/;") == [("SIG302", token)]
    assert found(f'const o = {{ "{token}": 1 }};') == [("SIG302", token)]
    assert found(f"const e = <p>{token}</p>;") == [("SIG302", token)]
    assert found({"app/a.html": f"<!-- {token} --><title>{token}</title>"}) == [("SIG302", token), ("SIG302", token)]
    assert found({"app/a.html": f"<script type='text/template'>{token}</script>"}) == [("SIG302", token)]


def test_text_beyond_ascii_does_not_shift_the_marks() -> None:
    assert found(f'const ключ = "Ж😀"; const apiKey = "{KEY}"; // ☃ {zoho_token()}') == [
        ("SIG304", KEY),
        ("SIG302", zoho_token()),
    ]
