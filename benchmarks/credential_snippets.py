"""Labelled snippets for the credential rules: values are made up by a seeded generator, so that no literal here is one.

`positives(seed)` gives snippets in which a credential stands at a known place, `negatives()` such as only look like it.
"""

import base64
import random
import string
from collections.abc import Iterator
from typing import NamedTuple


class Snippet(NamedTuple):
    """A file's name and text, and where its credential stands: offsets, (0, 0) for none."""

    name: str
    text: str
    start: int = 0
    end: int = 0


_HEX = "0123456789abcdef"
_BASE36 = string.ascii_lowercase + string.digits
_BASE62 = string.ascii_letters + string.digits
_BASE64 = _BASE62 + "+/"

MARK = "\u00ab\u00bb"
"""Where the value goes in a template."""

_NAMED = """
app/a.js|const acmeApiKey = "«»";
app/a.js|var clientSecret = '«»';
app/a.js|let accessToken = `«»`;
app/a.js|config.auth.apiKey = "«»";
app/a.js|window["client_secret"] = "«»";
app/a.js|const settings = { retries: 3, secretKey: "«»" };
app/a.js|const settings = { "api-key": "«»", url: "/a" };
app/a.js|function connect(apiSecret = "«»") { return apiSecret; }
app/a.js|const { apiKey = "«»" } = options;
app/a.js|const token = process.env.API_TOKEN || "«»";
app/a.js|const authToken = params.get("t") ?? "«»";
app/a.js|const apiKey = isProduction ? window.KEY : "«»";
app/a.js|function getApiKey() { return "«»"; }
app/a.js|const getSecretKey = () => "«»";
app/a.js|class Client { static apiKey = "«»"; }
app/a.ts|class Client { private readonly apiSecret: string = "«»"; }
app/a.ts|enum Keys { ApiKey = "«»" }
app/a.ts|const apiKey = "«»" as string;
app/a.js|localStorage.setItem("access_token", "«»");
app/a.js|form.append("client_secret", "«»");
app/a.js|const body = new URLSearchParams({ grant_type: "refresh_token", client_secret: "«»" });
app/a.js|client.setApiKey("«»");
app/a.js|const fields = [{ name: "api_key", value: "«»" }];
app/a.js|if (req.query.secret === "«»") { open(); }
app/a.js|switch (apiSecret) { case "«»": run(); }
app/a.js|const secrets = ["«»"];
app/a.js|Object.assign(config, { apiKey: "«»" });
app/a.js|axios.get(url, { params: { api_key: "«»" } });
app/a.js|const accessKey = "«»".trim();
app/a.jsx|const A = () => <Widget apiKey="«»" />;
app/a.html|<input type="hidden" name="api_key" value="«»">
app/a.html|<div data-api-key="«»"></div>
app/a.html|<meta name="access-token" content="«»">
app/a.html|<acme-widget secret-key="«»"></acme-widget>
app/a.html|<button onclick="connect({ apiKey: '«»' })">Go</button>
app/a.html|<script>var appSecret = "«»";</script>
app/a.html|<!-- api_key = "«»" -->
app/a.js|// apiSecret: "«»"
app/a.js|/* const accessToken = "«»"; */
app/config.json|{ "service": { "client_secret": "«»" } }
plugin-manifest.json|{ "service": "WRITER", "connectors": [{ "connectionLinkName": "crm", "accessToken": "«»" }] }
app/.env|API_SECRET=«»
""".strip().splitlines()

_HEADERS = """
app/a.js|fetch(u, { headers: { Authorization: "Bearer «»" } });
app/a.js|fetch(u, { headers: { "X-Api-Key": "«»" } });
app/a.js|fetch(u, { headers: [["Authorization", "Bearer «»"]] });
app/a.js|fetch(u, { headers: new Headers({ "x-auth-token": "«»" }) });
app/a.js|const h = new Headers(); h.set("Ocp-Apim-Subscription-Key", "«»");
app/a.js|xhr.setRequestHeader("Authorization", `Token «»`);
app/a.js|$.ajax({ url: "/a", headers: { Authorization: "Zoho-oauthtoken «»" } });
app/a.js|axios.defaults.headers.common["Authorization"] = "Bearer «»";
app/a.js|const scheme = "Bearer "; const h = { Authorization: scheme + "«»" };
app/a.js|const k = "«»"; fetch(u, { headers: { Authorization: `Bearer ${k}` } });
app/a.js|const k = "«»"; xhr.setRequestHeader("X-API-Key", k);
app/a.js|const C = { t: "«»" }; fetch(u, { headers: { Authorization: "Bearer " + C.t } });
app/a.js|SigmaSDK.WRITER.request({ url: "https://a.io/", type: "GET", headers: { Authorization: "Bearer «»" } });
app/a.js|const auth = "Basic " + btoa("svc:" + "«»");
plugin-manifest.json|{ "service": "WRITER", "connectors": [{ "headers": { "Authorization": "Bearer «»" } }] }
""".strip().splitlines()

_ADDRESSES = """
app/a.js|const u = "https://api.acme-crm.io/v2/a?api_key=«»&page=1";
app/a.js|const u = `https://api.acme-crm.io/v2/${id}?access_token=«»`;
app/a.js|const u = base + "?client_secret=" + "«»";
app/a.js|const k = "«»"; load("https://api.acme-crm.io/v2/a?apikey=" + k);
app/a.js|const u = base + "&access_token=" + encodeURIComponent("«»");
app/a.js|new WebSocket("wss://live.acme-crm.io/feed?token=«»");
app/a.html|<script src="https://api.acme-crm.io/sdk.js?apikey=«»"></script>
app/a.html|<img src="https://api.acme-crm.io/a.png?size=2&amp;access_token=«»">
app/a.css|a { background: url(https://api.acme-crm.io/a.png?api_key=«»); }
app/config.json|{ "endpoint": "https://api.acme-crm.io/v2/a?api_key=«»" }
""".strip().splitlines()

_PASSWORDS = """
app/a.js|const dbPassword = "«»";
app/a.js|login({ user: "svc", password: "«»" });
app/a.js|axios.create({ auth: { username: "svc", password: "«»" } });
app/a.js|if (pwd === "«»") { open(); }
app/a.js|const u = "https://svc:«»@intranet.acme-corp.io/docs";
app/config.json|{ "smtp": { "user": "svc", "password": "«»" } }
app/config.json|{ "db": "Server=tcp:a.acme-corp.io,1433;User ID=svc;Password=«»;Encrypt=True" }
app/a.html|<input type="password" name="password" value="«»">
""".strip().splitlines()

_FREE = """
app/a.js|send("«»");
app/a.js|!function(){var a={b:"«»",c:1};f(a)}();
app/a.js|// see «»
app/a.html|<p>«»</p>
app/config.json|["«»"]
app/a.css|/* «» */
""".strip().splitlines()


def positives(seed: int = 1, rounds: int = 3) -> Iterator[Snippet]:
    """Snippets with a credential, in every context `rounds` times."""
    from sigmalint.credentials.formats import secret_formats

    chance = random.Random(seed)
    for _ in range(rounds):
        for template in (*_NAMED, *_HEADERS, *_ADDRESSES):
            yield _filled(template, _token(chance))
        for template in _PASSWORDS:
            yield _filled(template, _password(chance))
        for template in _FREE:
            yield _filled(template, _zoho(chance))
    for number, format in enumerate(secret_formats()):
        if format.use != "named":
            yield _filled(_FREE[number % 2], format.example)


def negatives() -> Iterator[Snippet]:
    """Snippets without a credential."""
    for line in _NEGATIVES:
        name, _, text = line.partition("|")
        yield Snippet(name, text + "\n")
    chance = random.Random(2)
    for template in _OTHER_NAMES:
        name, _, text = template.partition("|")
        yield Snippet(name, text.replace(MARK, _token(chance)) + "\n")
    for placeholder in _PLACEHOLDERS:
        for template in (_NAMED[0], _NAMED[18], _HEADERS[0], _ADDRESSES[0], _PASSWORDS[1], _NAMED[30]):
            yield Snippet(*_filled(template, placeholder)[:2])


def _filled(template: str, value: str) -> Snippet:
    name, _, text = template.partition("|")
    start = text.index(MARK)
    return Snippet(name, text.replace(MARK, value) + "\n", start, start + len(value))


def _random(chance: random.Random, letters: str, length: int) -> str:
    """Random characters, a digit among them."""
    while True:
        text = "".join(chance.choices(letters, k=length))
        if any(map(str.isdigit, text)) and not all(map(str.isdigit, text)):
            return text


def _token(chance: random.Random) -> str:
    return chance.choice(
        (
            lambda: _random(chance, _HEX, chance.choice((32, 40, 42, 64))),
            lambda: _random(chance, _BASE36, chance.randint(20, 40)),
            lambda: _random(chance, _BASE62, chance.randint(20, 48)),
            lambda: base64.b64encode(chance.randbytes(33)).decode().replace("+", "x").replace("/", "y"),
            lambda: "-".join(_random(chance, _HEX, length) for length in (8, 4, 4, 4, 12)),
        )
    )()


def _password(chance: random.Random) -> str:
    word = chance.choice(("winter", "otter", "lantern", "harbor", "Maple", "Copper"))
    return f"{word[:2]}{chance.randint(2, 9)}{word[3:]}{chance.choice('!-_')}{_random(chance, _BASE62, 5)}"


def _zoho(chance: random.Random) -> str:
    kind = chance.choice(("1000", "1001", "1003", "1004"))
    return f"{kind}.{_random(chance, _HEX, 32)}.{_random(chance, _HEX, 32)}"


_PLACEHOLDERS = (
    "YOUR_API_KEY",
    "your-token-here",
    "<access-token>",
    "xxxxxxxxxxxxxxxxxxxxxxxx",
    "00000000000000000000000000000000",
    "{{crm.token}}",
    "${TOKEN_VALUE}",
    "#{secret}",
    "%API_KEY%",
    "__API_KEY__",
    "changeme",
    "REPLACE_ME_WITH_YOUR_KEY",
    "abcdefghijklmnopqrstuvwxyz123456",
    "1234567890abcdef1234567890abcdef",
    "example-token-1234",
    "insert_token_here",
    "********************",
    "1000.xxxxxxxx.xxxxxxxx",
    "test_token",
    "dummy-api-key-123",
    "undefined",
)
"""Values that stand for others."""

_OTHER_NAMES = """
app/a.js|const documentId = "«»";
app/a.js|const publicKey = "«»";
app/a.js|const etag = "«»";
app/a.js|const checksum = { sha256: "«»" };
app/a.js|const credentialsId = "«»";
app/a.js|const csrfToken = "«»";
app/a.js|const cacheKey = "«»";
app/a.js|const widgetKey = "«»";
app/a.js|const client_id = "«»";
app/a.js|const tokenHash = "«»";
app/a.js|const state = "«»";
app/a.js|import("./chunk-«».js");
app/a.js|mixpanel.init("«»");
app/a.js|Bugsnag.start({ apiKey: "«»" });
app/a.js|$zoho.salesiq = { widgetcode: "«»", values: {} };
app/a.js|const row = { id: "«»", name: "A" };
app/a.js|const nextPageToken = "«»";
app/a.js|const u = "https://writer.zoho.com/open/«»";
app/a.js|const u = "https://cdn.acme-crm.io/a.js?v=«»";
app/a.html|<div class="g-recaptcha" data-sitekey="«»"></div>
app/a.html|<link rel="stylesheet" href="/a.css?h=«»">
app/a.html|<div id="«»" data-row="«»"></div>
app/config.json|{ "version": "«»", "documentId": "«»" }
""".strip().splitlines()
"""Random values with names and places that make them something else."""

_NEGATIVES = r"""
app/a.js|const labels = { password: "Password", token: "Access token", secret: "Client secret (42 characters)" };
app/a.js|const messages = { passwordTooShort: "Use 8 or more characters", invalidToken: "Token expired 24h ago" };
app/a.js|const passwordField = document.querySelector("#password-input-2");
app/a.js|const tokenUrl = "https://accounts.zoho.com/oauth/v2/token";
app/a.js|const STORAGE_KEY = "acme-writer-extension-settings-v2";
app/a.js|const TOKEN_KEY = "acme.auth.token.v1";
app/a.js|const secretPath = "/run/secrets/db-password-2";
app/a.js|const passwordPattern = "^(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9!@#]{8,32}$";
app/a.js|const password = document.getElementById("password").value;
app/a.js|const token = localStorage.getItem("zoho_access_token_v2");
app/a.js|const secret = config.get("client_secret_2024");
app/a.js|const headers = { Authorization: "Bearer " + session.token };
app/a.js|const headers = { Authorization: `Bearer ${session.token}`, "X-Api-Key": apiKey };
app/a.js|const headers = { Authorization: "Basic " + btoa(user + ":" + pass) };
app/a.js|const headers = { Authorization: "Basic realm", "Content-Type": "application/json" };
app/a.js|const u = "https://api.acme-crm.io/?token=" + encodeURIComponent(token) + "&page=2";
app/a.js|const u = "https://user@host.acme.io/path";
app/a.js|const u = "https://username:password@example.com/";
app/a.js|const u = "https://fonts.googleapis.com/css2?family=Inter:wght@400;700&display=swap";
app/a.js|const scope = "ZohoWriter.documentEditor.ALL,WorkDrive.files.ALL";
app/a.js|const CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
app/a.js|const keyboardShortcut = "Ctrl+Shift+Alt+F12";
app/a.js|const keyCodes = { enter: "Enter13", tab: "Tab9", space: "Space32" };
app/a.js|const inputType = isVisible ? "text" : "password";
app/a.js|const types = { password: "input-password-2", token: "input-token-1" };
app/a.js|translate("auth.password.reset.step2.title");
app/a.js|const authRedirect = "/app/auth/callback2.html";
app/a.js|const accessLevel = "organization_administrator_2";
app/a.js|const apiVersion = "2024-11-05"; const secretVersion = "v12.4.1";
app/a.js|element.setAttribute("data-password-strength", "level-3-of-5");
app/a.js|const authProvider = "oauth2-authorization-code"; const tokenType = "bearer_token_v2";
app/a.js|Prism.languages.js["keyword"] = { pattern: /\b(?:password|secret|token)\b/ };
app/a.js|const userToken = null; const apiSecret = ""; const apiKey = undefined;
app/a.js|const oauthState = "state-" + Date.now();
app/a.js|const icon = "data:image/png;base64,iVBORw0KGgoVdYuSyiNFNlJmsvd8fAFB5KYTsOSIqCfGkiWfy5Rw0xz1kbdckNgi8FXE";
app/a.js|const s = { key: "react.element", props: { token: "md-sys-color-primary-container-2" } };
app/a.html|<label for="password2">Password (8 characters)</label><input type="password" name="password" placeholder="Secret123">
app/a.html|<input type="submit" name="token" value="Create token 2">
app/a.html|<script src="/a.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6R9GqQ8Kuxy9rx7HNQlGYl1kPzQho1wx4JwY8wCmA"></script>
app/a.html|<option value="password-reset-2">Reset</option>
app/i18n/de.json|{ "password": "Passwort2024", "token": "Zugangsmarke fuer 24 Stunden" }
app/config.json|{ "tokenEndpoint": "https://accounts.zoho.com/oauth/v2/token", "passwordPolicy": "min8-max64" }
plugin-manifest.json|{ "service": "WRITER", "modules": { "widgets": [{ "name": "Token Manager", "url": "/app/token.html" }] } }
app/.env|API_URL=https://api.acme-crm.io/v2
""".strip().splitlines()
