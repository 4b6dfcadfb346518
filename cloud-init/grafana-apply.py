#!/usr/bin/env python3
"""Makes the Grafana of this machine hold exactly what /etc/autoscaler/grafana/wanted describes.

Puts the files where Grafana reads them, reloads it, and reads everything back through its API: a key in the
wrong spelling is dropped in silence, so only reading back shows that it took. Rules and contact points of
ours that are no longer wanted are deleted (left out of a file, they would stay). When Grafana refuses, the
files from before are put back and Grafana's own words are said. Exit 1 with one sentence when it cannot.
"""
import argparse
import base64
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request

PAUSE_SECONDS = 0.5
REQUEST_TIMEOUT_SECONDS = 30
WORDS_LIMIT = 500
KINDS = ["datasources", "dashboards", "alerting"]


class Stop(Exception):
    """Cannot go on; the text says what to do."""


class Grafana:
    def __init__(self, url, password):
        self.url = url
        self.login = "Basic " + base64.b64encode(("admin:%s" % password).encode()).decode()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, absent_is=Stop):
        request = urllib.request.Request(self.url + path, method=method, data=b"" if method == "POST" else None)
        request.add_header("Authorization", self.login)
        try:
            with self.opener.open(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code == 404 and absent_is is not Stop:
                return absent_is
            raise Stop("Grafana answers %d to %s %s: %s%s" % (
                error.code, method, path, words_of(error.read()), hint(error.code))) from error
        except (OSError, ValueError) as error:
            raise Stop("Grafana does not answer at %s: %s" % (self.url, error)) from error

    def reload(self):
        for kind in KINDS:
            self.call("POST", "/api/admin/provisioning/%s/reload" % kind)


def words_of(body):
    text = body.decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
        text = parsed.get("message", text) if isinstance(parsed, dict) else text
    except ValueError:
        pass
    return text[:WORDS_LIMIT] or "(no text)"


def hint(status):
    if status != 401:
        return ""
    return "; its admin password is not the stack's: set it by `grafana cli admin reset-admin-password`"


# --- files ------------------------------------------------------------------------------------------------

def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def read_files(home):
    """Everything that Grafana reads, by its path."""
    found = {}
    for top in ["provisioning", "dashboards"]:
        for folder, _, names in os.walk(os.path.join(home, top)):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, home)] = file.read()
    return found


def wanted_files(home, alerting):
    wanted = os.path.join(home, "wanted")
    files = {"provisioning/alerting/autoscaler.json": to_bytes(alerting)}
    for source, target in [("datasources.json", "provisioning/datasources/autoscaler.json"),
                           ("dashboard-provider.json", "provisioning/dashboards/autoscaler.json")]:
        files[target] = to_bytes(read_json(os.path.join(wanted, source)))
    for dashboard in read_json(os.path.join(wanted, "objects.json"))["dashboards"]:
        files["dashboards/%s.json" % dashboard["uid"]] = to_bytes(dashboard)
    return files


def to_bytes(value):
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def put_files(home, files):
    """Staged elsewhere: one unknown file in its folder keeps Grafana from starting."""
    for path in set(read_files(home)) - set(files):
        os.unlink(os.path.join(home, path))
    os.makedirs(os.path.join(home, ".staged"), exist_ok=True)
    for folder in ["provisioning/" + kind for kind in KINDS] + ["dashboards"]:
        os.makedirs(os.path.join(home, folder), exist_ok=True)
    for path, content in files.items():
        handle, staged = tempfile.mkstemp(dir=os.path.join(home, ".staged"))
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, os.path.join(home, path))


# --- comparing --------------------------------------------------------------------------------------------

def is_zero(value):
    if isinstance(value, dict):
        return all(is_zero(part) for part in value.values())
    return value in (None, False, 0, "", "0s", [])


def difference(have, want, path="the whole"):
    """The first place where `have` lacks what `want` says. Grafana leaves out zeros and redacts secrets."""
    if have is None:
        return None if is_zero(want) else path
    if isinstance(want, list):
        if not isinstance(have, list) or len(have) != len(want):
            return path
        looks = [(have[at], part, "%s[%d]" % (path, at)) for at, part in enumerate(want)]
    elif isinstance(want, dict):
        if "$secret" in want:
            return None if have else path
        if not isinstance(have, dict):
            return path
        looks = [(have.get(key), part, key if path == "the whole" else "%s.%s" % (path, key))
                 for key, part in want.items()]
    else:
        return None if have == want or have == "[REDACTED]" else path
    for look in looks:
        found = difference(*look)
        if found is not None:
            return found
    return None


def without(value, *keys):
    return {key: part for key, part in value.items() if key not in keys}


def core_of(dashboard):
    """Grafana may bring a dashboard to its own newer form; this part it must keep."""
    return {"uid": dashboard["uid"], "title": dashboard["title"], "panels": [
        {"id": panel["id"], "title": panel["title"],
         "targets": [{"expr": target["expr"]} for target in panel.get("targets", [])]}
        for panel in dashboard["panels"]]}


def find_difference(grafana, objects, prefix):
    rules = {rule["uid"]: rule for rule in grafana.call("GET", "/api/v1/provisioning/alert-rules")}
    for rule in objects["ruleGroup"]["rules"]:
        found = difference(rules.pop(rule["uid"], None), without(rule, "folderUID", "orgID"))
        if found is not None:
            return "rule %s: %s" % (rule["title"], found)
    points = {point["uid"]: point for point in grafana.call("GET", "/api/v1/provisioning/contact-points")}
    for point in objects["contactPoints"]:
        found = difference(points.pop(point["uid"], None), point)
        if found is not None:
            return "contact point %s (%s): %s" % (point["name"], point["type"], found)
    left = [uid for uid in [*rules, *points] if uid.startswith(prefix)]
    if left:
        return "%s: still there" % ", ".join(left)
    source = objects["dataSource"]
    found = difference(grafana.call("GET", "/api/datasources/uid/%s" % source["uid"], None), source)
    if found is not None:
        return "data source: %s" % found
    for dashboard in objects["dashboards"]:
        there = grafana.call("GET", "/api/dashboards/uid/%s" % dashboard["uid"], None) or {}
        found = difference(there.get("dashboard"), core_of(dashboard))
        if found is not None:
            return "dashboard %s: %s" % (dashboard["title"], found)
    return None


def wait_until_same(grafana, objects, prefix, patience):
    """Dashboards are read in the background."""
    deadline = time.monotonic() + patience
    while True:
        found = find_difference(grafana, objects, prefix)
        if found is None:
            return
        if time.monotonic() > deadline:
            raise Stop("Grafana took the files, but reads back otherwise: %s" % found)
        time.sleep(PAUSE_SECONDS)


# --- the whole --------------------------------------------------------------------------------------------

def forgotten(grafana, objects, prefix):
    """Ours by their uid, and no longer wanted."""
    kept = {item["uid"] for item in objects["ruleGroup"]["rules"] + objects["contactPoints"]}
    named = {}
    for key, path in [("deleteRules", "alert-rules"), ("deleteContactPoints", "contact-points")]:
        uids = [item["uid"] for item in grafana.call("GET", "/api/v1/provisioning/%s" % path)]
        gone = sorted(uid for uid in uids if uid.startswith(prefix) and uid not in kept)
        if gone:
            named[key] = [{"orgId": 1, "uid": uid} for uid in gone]
    return named


def apply(grafana, home, patience):
    wanted = os.path.join(home, "wanted")
    objects = read_json(os.path.join(wanted, "objects.json"))
    alerting = read_json(os.path.join(wanted, "alerting.json"))
    prefix = read_json(os.path.join(wanted, "identity.json"))["uidPrefix"]

    before = read_files(home)
    deletions = forgotten(grafana, objects, prefix)
    put_files(home, wanted_files(home, {**alerting, **deletions}))
    try:
        grafana.reload()
        wait_until_same(grafana, objects, prefix, patience)
    except Stop as stop:
        put_files(home, before)
        try:
            grafana.reload()
        except Stop as again:
            raise Stop("%s; and the files from before are refused too: %s" % (stop, again)) from stop
        raise
    if deletions:
        put_files(home, wanted_files(home, alerting))
    print("Grafana holds %d rules, %d contact points and %d dashboards; %d deleted" % (
        len(objects["ruleGroup"]["rules"]), len(objects["contactPoints"]), len(objects["dashboards"]),
        sum(len(uids) for uids in deletions.values())))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default="/etc/autoscaler/grafana")
    parser.add_argument("--url", default="http://127.0.0.1:3000")
    parser.add_argument("--password-file", default="/etc/autoscaler/credentials/grafana-admin-password")
    parser.add_argument("--patience", type=float, default=30, help="seconds until Grafana must read back the same")
    options = parser.parse_args()
    try:
        with open(options.password_file, encoding="utf-8") as file:
            password = file.read()
        apply(Grafana(options.url, password), options.home, options.patience)
    except (Stop, OSError) as error:
        sys.exit("grafana-apply: %s" % error)
    except (KeyError, TypeError, ValueError) as error:
        sys.exit("grafana-apply: what is wanted is not of the expected shape: %s" % error)


if __name__ == "__main__":
    main()
