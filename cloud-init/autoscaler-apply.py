#!/usr/bin/env python3
"""Brings this machine to the state that the JSON document on stdin describes; run again, it changes nothing.

Shape of the document: packages/provisioning/src/apply-document.ts. Order: programs, users, files, releases,
units, health. Says what it did, never what is in a file. Exit 1 with one sentence when it cannot.
--root DIR puts a prefix before every path and leaves owners alone (for tests).
"""
import argparse
import base64
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request

DOWNLOAD_DEADLINE_SECONDS = 600
DOWNLOAD_PAUSE_SECONDS = 2
REQUEST_TIMEOUT_SECONDS = 30
KEPT_RELEASES = 2
LONGEST_START_SECONDS = 1200
BUSY_SHARE = 0.03  # of a core; an idle service of ours takes below 0.01, a starting one all that it is given
STATE = "/var/lib/autoscaler-apply"
root = ""


class Stop(Exception):
    """Cannot go on; the text says what to do."""


def say(text):
    print(text, flush=True)


def at(path):
    return root + path


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip()


def must_run(*command):
    code, output = run(*command)
    if code != 0:
        raise Stop("%s failed: %s" % (" ".join(command), output))


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def write_atomically(path, content, mode):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".apply-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    except BaseException:
        os.unlink(staged)
        raise


def link_atomically(target, link):
    if os.path.islink(link) and os.readlink(link) == target:
        return
    os.makedirs(os.path.dirname(link), exist_ok=True)
    staged = "%s.%d.tmp" % (link, os.getpid())
    os.symlink(target, staged)
    os.replace(staged, link)


# --- programs ---------------------------------------------------------------------------------------------

def fetch(url, target, deadline):
    """Downloads until it works: at first boot the network may come up late. A 4xx is final."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=REQUEST_TIMEOUT_SECONDS) as answer, open(target, "wb") as file:
                shutil.copyfileobj(answer, file)
                return
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise Stop("%s answers %d: correct the artifact's version or the mirror" % (url, error.code))
            reason = "status %d" % error.code
        except OSError as error:
            reason = str(error)
        if time.monotonic() > deadline:
            raise Stop("cannot download %s: %s; does this machine have a public address?" % (url, reason))
        time.sleep(DOWNLOAD_PAUSE_SECONDS)


def published_sum(artifact, directory, deadline):
    if "sha256" in artifact:
        return artifact["sha256"]
    sums = os.path.join(directory, "sums")
    fetch(artifact["checksumsUrl"], sums, deadline)
    name = artifact["url"].rsplit("/", 1)[1]
    with open(sums, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if len(words) == 2 and words[1].lstrip("*").rsplit("/", 1)[-1] == name:
                return words[0].lower()
    raise Stop("%s has no sum for %s" % (artifact["checksumsUrl"], name))


def install_artifact(artifact):
    name, version = artifact["name"], artifact["version"]
    home = "/opt/autoscaler/artifacts/%s/%s" % (name, version)
    if not os.path.isdir(at(home)):
        os.makedirs(os.path.dirname(at(home)), exist_ok=True)
        deadline = time.monotonic() + DOWNLOAD_DEADLINE_SECONDS
        with tempfile.TemporaryDirectory(dir=os.path.dirname(at(home)), prefix=".apply-") as directory:
            archive = os.path.join(directory, "archive")
            fetch(artifact["url"], archive, deadline)
            wanted = published_sum(artifact, directory, deadline)
            if sha256_of(archive) != wanted:
                raise Stop("%s does not have the published sum: not installed" % artifact["url"])
            staged = os.path.join(directory, "install")
            os.mkdir(staged)
            if "tree" in artifact:
                extract_tree(archive, artifact, staged)
            else:
                extract_binaries(archive, artifact, staged)
            os.chmod(staged, 0o755)
            os.rename(staged, at(home))
        say("installed %s %s" % (name, version))
    for binary, member in artifact["binaries"].items():
        target = member if "tree" in artifact else binary
        link_atomically("%s/%s" % (home, target), at("/opt/autoscaler/bin/%s" % binary))


def extract_binaries(archive, artifact, directory):
    with tarfile.open(archive, "r:gz") as tar:
        for binary, member in artifact["binaries"].items():
            try:
                source = tar.extractfile(member)
            except KeyError:
                source = None
            if source is None:
                raise Stop("%s holds no file %s" % (artifact["url"], member))
            target = os.path.join(directory, binary)
            with source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)
            os.chmod(target, 0o755)


def extract_tree(archive, artifact, directory):
    """The whole folder, for a program that needs more than its binary."""
    top = artifact["tree"] + "/"
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            if not member.name.startswith(top):
                continue
            member.name = member.name[len(top):]
            extract_member(tar, member, directory, artifact["url"])
    for binary, member in artifact["binaries"].items():
        if not os.path.isfile(os.path.join(directory, member)):
            raise Stop("%s holds no file %s%s" % (artifact["url"], top, member))


# --- users, files, releases -------------------------------------------------------------------------------

def ensure_user(name):
    if run("getent", "passwd", name)[0] == 0:
        return
    must_run("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", name)
    say("made user %s" % name)


def ensure_file(file):
    path, mode = at(file["path"]), int(file["mode"], 8)
    content = base64.b64decode(file["contentBase64"], validate=True)
    try:
        with open(path, "rb") as present:
            same = present.read() == content and os.fstat(present.fileno()).st_mode & 0o7777 == mode
    except FileNotFoundError:
        same = False
    if not same:
        write_atomically(path, content, mode)
        say("wrote %s" % file["path"])
    if root == "":
        shutil.chown(path, file["owner"], file["owner"])


def unpack_release(release):
    unit, digest = release["unit"], release["sha256"]
    home = "/opt/autoscaler/releases/%s/%s" % (unit, digest[:12])
    if not os.path.isdir(at(home)):
        archive = at(release["archive"])
        if not os.path.isfile(archive) or sha256_of(archive) != digest:
            raise Stop("%s is not the release %s of %s: copy it again" % (release["archive"], digest[:12], unit))
        os.makedirs(os.path.dirname(at(home)), exist_ok=True)
        with tempfile.TemporaryDirectory(dir=os.path.dirname(at(home)), prefix=".apply-") as directory:
            staged = os.path.join(directory, "release")
            extract_release(archive, staged, unit)
            os.rename(staged, at(home))
        say("unpacked release %s of %s" % (digest[:12], unit))
    link_atomically(home, at("/opt/autoscaler/current/%s" % unit))
    forget_old_releases(at("/opt/autoscaler/releases/%s" % unit), digest[:12])


def extract_release(archive, directory, unit):
    os.mkdir(directory, 0o755)
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            extract_member(tar, member, directory, "the release of %s" % unit)
    os.chmod(directory, 0o755)


def extract_member(tar, member, directory, what):
    """Files, folders and links that stay inside; readable for all, owned by us."""
    top = os.path.realpath(directory)
    target = os.path.realpath(os.path.join(top, member.name))
    inside = target == top or target.startswith(top + "/")
    if member.issym():
        aim = os.path.realpath(os.path.join(os.path.dirname(target), member.linkname))
        inside = inside and aim.startswith(top + "/")
    if not inside or not (member.isfile() or member.isdir() or member.issym()):
        raise Stop("%s holds %s, which leaves its folder" % (what, member.name))
    member.uid = member.gid = os.getuid()
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    tar.extract(member, top)


def forget_old_releases(directory, current):
    """Keeps the one in use and the one before it."""
    old = sorted((entry for entry in os.scandir(directory) if entry.name != current),
                 key=lambda entry: entry.stat().st_mtime, reverse=True)
    for entry in old[KEPT_RELEASES - 1:]:
        shutil.rmtree(entry.path)


# --- units ------------------------------------------------------------------------------------------------

def fingerprint(unit, document):
    """Changes exactly when something changes that the unit runs with."""
    versions = {artifact["name"]: artifact["version"] for artifact in document["artifacts"]}
    releases = {release["unit"]: release["sha256"] for release in document["releases"]}
    digest = hashlib.sha256()
    for use in ["/etc/systemd/system/%s" % unit["name"]] + sorted(unit["uses"]):
        if use.startswith("/"):
            part = sha256_of(at(use))
        else:
            part = versions.get(use, "") + releases.get(use, "")
            if part == "":
                raise Stop("%s uses %s, which the document does not have" % (unit["name"], use))
        digest.update(("%s=%s\n" % (use, part)).encode())
    return digest.hexdigest()


def started_with(unit):
    try:
        with open(at("%s/%s" % (STATE, unit["name"])), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def reconcile_units(document):
    """The mark is written after the restart: killed in between, the next run restarts once more."""
    wanted = {unit["name"]: fingerprint(unit, document) for unit in document["units"]}
    stale = [unit for unit in document["units"]
             if started_with(unit) != wanted[unit["name"]] or run("systemctl", "is-active", unit["name"])[0] != 0]
    if not stale:
        return
    must_run("systemctl", "daemon-reload")
    for unit in stale:
        name = unit["name"]
        must_run("systemctl", "enable", "--quiet", name)
        code, output = run("systemctl", "restart", name)
        if code != 0:
            raise Stop("%s does not start: %s\n%s" % (name, output, last_log_lines(name)))
        write_atomically(at("%s/%s" % (STATE, name)), wanted[name].encode(), 0o644)
        say("restarted %s" % name)


def stop_forgotten_units(document):
    """Ours that the document no longer has. One without any unit, as at a first boot, says nothing about them."""
    if not document["units"]:
        return
    kept = {unit["name"] for unit in document["units"]}
    for name in sorted(os.listdir(at(STATE))):
        if name in kept or not name.endswith(".service"):
            continue
        must_run("systemctl", "disable", "--quiet", "--now", name)
        os.unlink(at("%s/%s" % (STATE, name)))
        say("stopped %s" % name)


def last_log_lines(unit):
    return run("journalctl", "--unit", unit, "--lines", "30", "--no-pager", "--output", "cat")[1]


# --- health -----------------------------------------------------------------------------------------------

def process_of(unit):
    """Number of the unit's main process and the CPU seconds it has used; (0, 0.0) when it has none."""
    pid = int((run("systemctl", "show", "--property", "MainPID", "--value", unit)[1] or "0").splitlines()[0])
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0.0
    return pid, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_health(check):
    """The limit begins anew as long as the same process is busy: a slow machine needs many times as long."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    unit, limit = check["unit"], check["timeoutSeconds"]
    begin = look = time.monotonic()
    before, used_before = process_of(unit)
    while True:
        try:
            with opener.open(check["url"], timeout=5):
                return
        except urllib.error.HTTPError as error:
            reason = "answers %d" % error.code
        except OSError as error:
            reason = str(error)
        now = time.monotonic()
        if now - look > limit:
            pid, used = process_of(unit)
            works = pid != 0 and pid == before and used - used_before >= BUSY_SHARE * (now - look)
            if not works or now - begin > LONGEST_START_SECONDS:
                raise Stop("%s is not healthy at %s after %d s: %s; %s; a machine with more CPU starts it sooner "
                           "(machines.* in the stack's configuration; npm start -- --machine-cpu)\n%s" % (
                               unit, check["url"], now - begin, reason,
                               last_seen(before, pid, used - used_before, now - look), last_log_lines(unit)))
            say("%s still starts after %d s: %s, %.0f s of CPU used" % (unit, now - begin, reason, used))
            look, before, used_before = now, pid, used
        time.sleep(0.5)


def last_seen(before, pid, used, seconds):
    if pid == 0:
        return "it does not run"
    if pid != before:
        return "it was started again meanwhile"
    return "it used %.1f s of CPU in the last %d s" % (used, seconds)


def apply(document):
    for artifact in document["artifacts"]:
        install_artifact(artifact)
    for name in document["users"]:
        ensure_user(name)
    for file in document["files"]:
        ensure_file(file)
    for release in document["releases"]:
        unpack_release(release)
    stop_forgotten_units(document)
    reconcile_units(document)
    for check in document["health"]:
        wait_for_health(check)


def main():
    global root
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default="")
    root = parser.parse_args().root
    try:
        document = json.load(sys.stdin)
        keys = ["artifacts", "users", "files", "releases", "units", "health"]
        if not isinstance(document, dict) or sorted(document) != sorted(keys):
            raise Stop("the document must have exactly the keys %s" % ", ".join(keys))
        os.makedirs(at(STATE), exist_ok=True)
        with open(at("%s/lock" % STATE), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the first boot's run and one over SSH may meet
            apply(document)
    except json.JSONDecodeError as error:
        sys.exit("autoscaler-apply: stdin is not JSON (line %d)" % error.lineno)
    except (KeyError, TypeError, ValueError) as error:
        sys.exit("autoscaler-apply: the document is not of the expected shape: %s" % type(error).__name__)
    except (Stop, OSError, tarfile.TarError) as error:
        sys.exit("autoscaler-apply: %s" % error)
    say("done")


if __name__ == "__main__":
    main()
