# SPDX-License-Identifier: Apache-2.0
"""Keycloak's Admin REST API as far as apply.py needs it: sign in, read, change."""
import ipaddress
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request


class Fault(Exception):
    """One sentence for the person who runs the script."""


def is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_url(text, what):
    """An address without a slash at its end; http only to this machine, since passwords travel on it."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Fault(f"{what} must be an address such as https://sso.example.org, not {text!r}.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Fault(f"{what} must be https, because {parts.hostname} is another machine: {text}.")
    return text.rstrip("/")


class AdminApi:
    """
    One realm, seen by an administrator. `change` tells what it does and, in a dry run, does nothing;
    `changes` counts. `sign_in` is the form that the token endpoint gets.
    """

    TOKEN_SECONDS = 30  # the shortest life that an administrator's token usually has is a minute

    def __init__(self, keycloak, realm, admin_realm, sign_in, ca_file=None, dry_run=False):
        self.realm_url = f"{keycloak}/admin/realms/{urllib.parse.quote(realm, safe='')}"
        self.realms_url = f"{keycloak}/admin/realms"
        self.token_url = f"{keycloak}/realms/{urllib.parse.quote(admin_realm, safe='')}/protocol/openid-connect/token"
        self.sign_in = sign_in
        self.dry_run = dry_run
        self.changes = 0
        self.token, self.token_time = None, 0.0
        self.context = ssl.create_default_context(cafile=ca_file) if keycloak.startswith("https") else None

    def get(self, path, missing_ok=False):
        status, body = self._send("GET", self.realm_url + path)
        if status == 404 and missing_ok:
            return None
        if status != 200:
            raise Fault(self._refusal("GET", path, status, body))
        return body

    def tell(self, words):
        """Counts and tells one change; true when it is to be made."""
        self.changes += 1
        print(("would " if self.dry_run else "") + words)
        return not self.dry_run

    def change(self, words, method, path, body, to_realms=False):
        """Carries out one change, or only tells it in a dry run."""
        if not self.tell(words):
            return
        status, answer = self._send(method, (self.realms_url if to_realms else self.realm_url) + path, body)
        if status not in (200, 201, 204):
            raise Fault(self._refusal(method, path, status, answer))

    def _refusal(self, method, path, status, body):
        detail = body.get("errorMessage") or body.get("error_description") or body.get("error") if isinstance(body, dict) else ""
        if status == 403:
            detail = f"{detail or 'forbidden'}; this administrator may not manage the realm (role realm-admin or manage-realm is needed)"
        return f"Keycloak refused {method} {path or '/'} with {status}: {detail or 'no reason given'}."

    def _send(self, method, url, body=None):
        if time.monotonic() - self.token_time > self.TOKEN_SECONDS:
            self._fetch_token()
        fields = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        text = None
        if body is not None:
            fields["Content-Type"] = "application/json"
            text = json.dumps(body).encode()
        return self._exchange(urllib.request.Request(url, data=text, headers=fields, method=method))

    def _fetch_token(self):
        request = urllib.request.Request(self.token_url, data=urllib.parse.urlencode(self.sign_in).encode())
        status, body = self._exchange(request)
        if status == 404:
            raise Fault(f"there is no Keycloak realm at {self.token_url.split('/protocol/')[0]} (a path such as /auth may be missing).")
        if status != 200 or not isinstance(body, dict) or "access_token" not in body:
            reason = body.get("error_description") or body.get("error") if isinstance(body, dict) else None
            raise Fault(f"Keycloak did not let the administrator in ({status}): {reason or 'no reason given'}.")
        self.token, self.token_time = body["access_token"], time.monotonic()

    def _exchange(self, request):
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as response:
                return response.status, self._json(response.read())
        except urllib.error.HTTPError as error:
            return error.code, self._json(error.read())
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise Fault(f"no answer from {request.full_url.split('/realms/')[0]}: {reason}.") from None

    @staticmethod
    def _json(text):
        try:
            return json.loads(text) if text else None
        except ValueError:
            return None
