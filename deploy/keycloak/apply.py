# SPDX-License-Identifier: Apache-2.0
"""
Makes a Keycloak realm ready for Dering: what realm-dering.json describes is added to the realm or
set right in it. Everything else in the realm stays as it is; running it again changes nothing.
"""
import argparse
import getpass
import json
import os
import pathlib
import secrets
import sys
import urllib.parse

from admin_api import AdminApi, Fault, checked_url

HERE = pathlib.Path(__file__).resolve().parent
EPILOG = """
The administrator's password is read from KEYCLOAK_ADMIN_PASSWORD or asked for; with --admin-client,
the secret of that client is read from KEYCLOAK_ADMIN_SECRET (for administrators with a second factor:
`kc.sh bootstrap-admin service` makes such a client).

Examples:
  apply.sh --keycloak https://sso.univ.ac.id --realm univ --dering https://phone.univ.ac.id --dry-run
  apply.sh --keycloak https://sso.univ.ac.id --realm univ --dering https://phone.univ.ac.id \\
           --secret-file /etc/dering/sync-secret
"""


def arguments():
    parser = argparse.ArgumentParser(prog="apply.sh", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keycloak", metavar="URL", required=True, help="address of Keycloak, e.g. https://sso.univ.ac.id")
    parser.add_argument("--dering", metavar="URL", required=True, action="append", help="address of the phone as people type it; may be given again for further ones")
    parser.add_argument("--backchannel", metavar="URL", help="address at which Keycloak itself reaches Dering (default: the first --dering)")
    parser.add_argument("--realm", default="dering", help="the realm to make ready (default: dering)")
    parser.add_argument("--create", action="store_true", help="make the realm if there is none")
    parser.add_argument("--admin", metavar="NAME", default="admin", help="administrator's user name (default: admin)")
    parser.add_argument("--admin-client", metavar="ID", help="sign in as this service-account client instead")
    parser.add_argument("--admin-realm", metavar="NAME", default="master", help="realm of the administrator (default: master)")
    parser.add_argument("--ca", metavar="FILE", help="certificate authority of Keycloak's https, if the system does not know it")
    parser.add_argument("--secret-file", metavar="FILE", help="write the secret of dering-sync there, readable by its owner only")
    parser.add_argument("--no-default-role", action="store_true", help="do not give the role user to everybody in the realm")
    parser.add_argument("--portal-client", metavar="ID", action="append", default=[], help="client of a portal that hands its people's tokens to the phone; may be given again")
    parser.add_argument("--demo", metavar="FILE", help="also add the groups and people of realm-demo.json; new passwords are written to FILE, readable by its owner only")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be changed")
    return parser.parse_args()


def sign_in_form(args):
    if args.admin_client:
        secret = os.environ.get("KEYCLOAK_ADMIN_SECRET") or asked(f"Secret of the client {args.admin_client}: ", "KEYCLOAK_ADMIN_SECRET")
        return {"grant_type": "client_credentials", "client_id": args.admin_client, "client_secret": secret}
    password = os.environ.get("KEYCLOAK_ADMIN_PASSWORD") or asked(f"Password of {args.admin}: ", "KEYCLOAK_ADMIN_PASSWORD")
    return {"grant_type": "password", "client_id": "admin-cli", "username": args.admin, "password": password}


def asked(words, variable):
    if not sys.stdin.isatty():
        raise Fault(f"set {variable}, or run this in a terminal to be asked.")
    return getpass.getpass(words)


def write_private(path, text):
    """Replaces a file that nobody but its owner may read, from its first byte on."""
    path = pathlib.Path(path)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        fresh.replace(path)
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from None


def wanted_realm(args, dering):
    """realm-dering.json with this realm's name and Dering's addresses."""
    realm = json.loads((HERE / "realm-dering.json").read_text().replace("${DERING_URL}", dering[0]))
    default_role = f"default-roles-{args.realm.lower()}"
    realm["realm"] = args.realm
    realm["defaultRole"]["name"] = realm["roles"]["realm"][0]["name"] = default_role
    if args.no_default_role:
        del realm["roles"]["realm"][0]["composites"]["client"]["dering-api"]
    web = client_named(realm, "dering-web")
    web["redirectUris"] = [f"{url}/auth/callback" for url in dering]
    web["attributes"]["post.logout.redirect.uris"] = "##".join(f"{url}/" for url in dering)
    if args.backchannel:
        backchannel = checked_url(args.backchannel, "--backchannel")
        web["attributes"]["backchannel.logout.url"] = f"{backchannel}/oidc/backchannel-logout"
    portals = [handing_client(web, name) for name in args.portal_client]
    if args.demo:
        portals.append(example_portal(web, dering))
    realm["clients"] += portals
    of_web = next(entry for entry in realm["clientScopeMappings"]["dering-api"] if entry["client"] == "dering-web")
    realm["clientScopeMappings"]["dering-api"] += [{**of_web, "client": portal["clientId"]} for portal in portals]
    return realm


def handing_client(web, name):
    """What a portal's client needs so that its tokens are good for the phone too; it is there already."""
    return {"clientId": name, "protocolMappers": web["protocolMappers"], "defaultClientScopes": web["defaultClientScopes"]}


def example_portal(web, dering):
    """The client of the example at /portal/."""
    addresses = [f"{url}/portal/" for url in dering]
    attributes = {"pkce.code.challenge.method": "S256", "post.logout.redirect.uris": "##".join(addresses), "access.token.lifespan": "300"}
    return {**web, "clientId": "portal", "name": "Portal", "description": "The example of a portal", "baseUrl": "/portal/", "redirectUris": addresses, "attributes": attributes}


def client_named(realm, name):
    return next(client for client in realm["clients"] if client["clientId"] == name)


# --- one thing of the realm after the other -------------------------------------------------------


def found_client(api, name):
    """The client as Keycloak has it, or None."""
    return next(iter(api.get(f"/clients?clientId={urllib.parse.quote(name)}")), None)


def merged(wanted, found):
    """
    (value, names of what changes): lists only grow, since others may have added addresses of their
    own; anything else becomes what is wanted.
    """
    if isinstance(wanted, dict):
        result, names = dict(found or {}), []
        for key, value in wanted.items():
            result[key], inner = merged(value, result.get(key))
            names += [f"{key}.{name}" if name else key for name in inner]
        return result, names
    if isinstance(wanted, list):
        missing = [item for item in wanted if item not in (found or [])]
        return (found or []) + missing, [""] if missing else []
    if isinstance(wanted, str) and "://" in wanted and found and wanted.endswith("/"):
        # post.logout.redirect.uris: one text, its addresses joined by ##
        known = found.split("##")
        missing = [url for url in wanted.split("##") if url not in known and "+" not in known]
        return "##".join(known + missing), [""] if missing else []
    return wanted, [""] if wanted != found else []


def apply_client(api, wanted):
    name = wanted["clientId"]
    found = found_client(api, name)
    if found is None:
        if "protocol" not in wanted:
            raise Fault(f"the realm has no client {name} (--portal-client); make it first, as the portal needs it.")
        api.change(f"add the client {name}", "POST", "/clients", wanted)
        return
    own = {key: value for key, value in wanted.items() if key not in ("protocolMappers", "defaultClientScopes", "optionalClientScopes", "name", "description")}
    result, names = merged(own, found)
    if names:
        result.pop("protocolMappers", None)
        api.change(f"set {', '.join(names)} of the client {name}", "PUT", f"/clients/{found['id']}", result)
    for mapper in wanted.get("protocolMappers", []):
        apply_mapper(api, name, found, mapper)
    apply_scopes(api, name, found, wanted.get("defaultClientScopes", []))


def apply_mapper(api, name, client, wanted):
    """A mapper is recognised by what it does, so that one made in the console is not made twice."""

    def purpose(mapper):
        config = mapper.get("config", {})
        return mapper["protocolMapper"], config.get("claim.name"), config.get("included.client.audience")

    models = f"/clients/{client['id']}/protocol-mappers/models"
    found = next((mapper for mapper in client.get("protocolMappers", []) if purpose(mapper) == purpose(wanted)), None)
    if found is None:
        api.change(f"add the mapper \"{wanted['name']}\" to {name}", "POST", models, wanted)
        return
    result, names = merged({"config": wanted["config"]}, found)
    if names:
        api.change(f"set {', '.join(names)} of the mapper \"{found['name']}\" of {name}", "PUT", f"{models}/{found['id']}", result)


def apply_scopes(api, name, client, wanted):
    """Scopes that carry the claims Dering reads; a realm of an old version may lack one of them."""
    missing = [scope for scope in wanted if scope not in client.get("defaultClientScopes", [])]
    if not missing:
        return
    known = {scope["name"]: scope["id"] for scope in api.get("/client-scopes")}
    for scope in missing:
        if scope in known:
            api.change(f"add the scope {scope} to {name}", "PUT", f"/clients/{client['id']}/default-client-scopes/{known[scope]}", {})
        elif scope in ("profile", "roles"):
            raise Fault(f"the realm has no client scope {scope}; make it again (Client scopes, Create) and run this once more.")


def apply_api_roles(api, wanted):
    client = found_client(api, "dering-api")
    found = {role["name"] for role in api.get(f"/clients/{client['id']}/roles")} if client else set()
    for role in wanted:
        if role["name"] not in found:
            api.change(f"add the role {role['name']} to dering-api", "POST", f"/clients/{client['id']}/roles" if client else "", role)


def add_client_roles(api, words, path, client_name, names):
    """
    Adds roles of one client to a list that Keycloak keeps at `path`: a scope, a user, a composite.
    In a dry run the owner of the list (no path) or the client may not be there yet.
    """
    client = found_client(api, client_name)
    if client is None or path is None:
        api.change(words(names), "POST", "", None)
        return
    by_client = path.endswith(("/scope-mappings", "/role-mappings"))
    listing = f"{path}/clients/{client['id']}"
    had = {role["name"] for role in api.get(listing)}
    missing = [name for name in names if name not in had]
    if missing:
        roles = [api.get(f"/clients/{client['id']}/roles/{urllib.parse.quote(name)}") for name in missing]
        api.change(words(missing), "POST", listing if by_client else path, roles)


def apply_role_scopes(api, scopes):
    for owner, entries in scopes.items():
        for entry in entries:
            client = found_client(api, entry["client"])
            path = f"/clients/{client['id']}/scope-mappings" if client else None
            add_client_roles(api, lambda names: f"let {entry['client']} see {owner}'s {', '.join(names)}", path, owner, entry["roles"])


def apply_default_role(api, found_realm, composites):
    role = found_realm["defaultRole"]
    for client, names in composites.items():
        if client == "dering-api":
            add_client_roles(api, lambda new: f"give dering-api's {', '.join(new)} to everybody ({role['name']})", f"/roles-by-id/{role['id']}/composites", client, names)


def apply_service_account(api, wanted):
    client = found_client(api, wanted["serviceAccountClientId"])
    user = api.get(f"/clients/{client['id']}/service-account-user") if client else None
    for owner, names in wanted["clientRoles"].items():
        path = f"/users/{user['id']}/role-mappings" if user else None
        add_client_roles(api, lambda new: f"give {owner}'s {', '.join(new)} to {wanted['serviceAccountClientId']}", path, owner, names)


def apply_extension(api, components):
    """The attribute `extension`, which only administrators may set: otherwise anybody could take any number."""
    text = components["org.keycloak.userprofile.UserProfileProvider"][0]["config"]["kc.user.profile.config"][0]
    wanted = next(attribute for attribute in json.loads(text)["attributes"] if attribute["name"] == "extension")
    profile = api.get("/users/profile")
    found = next((attribute for attribute in profile["attributes"] if attribute["name"] == "extension"), None)
    if found is None:
        profile["attributes"].append(wanted)
        api.change("add the attribute extension to the user profile", "PUT", "/users/profile", profile)
    elif found.get("permissions", {}).get("edit") != ["admin"]:
        found["permissions"] = wanted["permissions"]
        api.change("let only administrators edit the attribute extension", "PUT", "/users/profile", profile)
    if profile.get("unmanagedAttributePolicy") == "ENABLED":
        print("note: the user profile lets people set attributes that it does not name; that is not needed by Dering.")


def apply_secret(api, path):
    client = found_client(api, "dering-sync")
    secret = api.get(f"/clients/{client['id']}/client-secret")["value"] if client else None
    try:
        if pathlib.Path(path).read_text().strip() == secret and pathlib.Path(path).stat().st_mode & 0o077 == 0:
            return
    except OSError:
        pass
    if api.tell(f"write the secret of dering-sync to {path}"):
        write_private(path, f"{secret}\n")


# --- demo groups and people -----------------------------------------------------------------------


def apply_group(api, group, parent_path="", parent_id=None):
    path = f"{parent_path}/{group['name']}"
    found = api.get(f"/group-by-path{urllib.parse.quote(path)}", missing_ok=True)
    if found is None:
        where = f"/groups/{parent_id}/children" if parent_id else "/groups"
        api.change(f"add the group {path}", "POST", where, {"name": group["name"]})
        found = None if api.dry_run else api.get(f"/group-by-path{urllib.parse.quote(path)}")
    if found is None:
        return
    for client, names in group.get("clientRoles", {}).items():
        add_client_roles(api, lambda new: f"give {client}'s {', '.join(new)} to {path}", f"/groups/{found['id']}/role-mappings", client, names)
    for inner in group.get("subGroups", []):
        apply_group(api, inner, path, found["id"])


def apply_demo(api, path):
    demo = json.loads((HERE / "realm-demo.json").read_text())
    for group in demo["groups"]:
        apply_group(api, group)
    made = []
    for person in demo["users"]:
        if api.get(f"/users?exact=true&username={person['username']}"):
            continue
        password = secrets.token_urlsafe(12)
        credentials = [{"type": "password", "value": password, "temporary": False}]
        api.change(f"add {person['username']}", "POST", "/users", {**person, "enabled": True, "emailVerified": True, "credentials": credentials})
        made.append(f"{person['username']} {password}\n")
    if made and not api.dry_run:
        write_private(path, "".join(made))


def notes(realm):
    """Settings of the whole realm belong to its owner; what matters to Dering is only told."""
    if realm.get("revokeRefreshToken") and realm.get("refreshTokenMaxReuse", 0) == 0:
        print("note: refresh tokens may be used once only (Realm settings, Tokens): a duplicated browser tab then ends the sign-in; a reuse of 1 avoids it.")
    if realm.get("ssoSessionIdleTimeout", 1800) < 600:
        print("note: sessions end after less than ten idle minutes; a laptop that slept will have to sign in again.")


def apply(args):
    dering = [checked_url(url, "--dering") for url in args.dering]
    keycloak = checked_url(args.keycloak, "--keycloak")
    wanted = wanted_realm(args, dering)
    api = AdminApi(keycloak, args.realm, args.admin_realm, sign_in_form(args), args.ca, args.dry_run)
    found = api.get("", missing_ok=True)
    if found is None:
        if not args.create:
            raise Fault(f"there is no realm {args.realm} at {keycloak} (--create makes it).")
        if args.portal_client:
            raise Fault("--portal-client is for clients that are there: make the realm first.")
        api.change(f"add the realm {args.realm}", "POST", "", wanted, to_realms=True)
        if args.dry_run:
            return api
        api.token_time = 0.0  # rights on the new realm come with a new token only
        found = api.get("")
    # The roles' client first: the others' scopes name its roles.
    for client in sorted(wanted["clients"], key=lambda each: each["clientId"]):
        apply_client(api, client)
    apply_api_roles(api, wanted["roles"]["client"]["dering-api"])
    apply_role_scopes(api, wanted["clientScopeMappings"])
    apply_default_role(api, found, wanted["roles"]["realm"][0]["composites"]["client"])
    for user in wanted["users"]:
        apply_service_account(api, user)
    apply_extension(api, wanted["components"])
    if args.secret_file:
        apply_secret(api, args.secret_file)
    if args.demo:
        apply_demo(api, args.demo)
    notes(found)
    return api


def main():
    try:
        args = arguments()
        api = apply(args)
    except Fault as fault:
        print(f"apply.sh: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if api.changes == 0:
        print("nothing to change")
    else:
        print(f"{api.changes} changes{' would be made' if api.dry_run else ' made'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
