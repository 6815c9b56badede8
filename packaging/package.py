#!/usr/bin/env python3
"""Makes the packages that carry the binary, all of the version that Cargo.toml has.

  package.py version                       print the version
  package.py fill REPOSITORY               write the repository's address into Cargo.toml
  package.py check TAG                     tell what forbids the release of this tag
  package.py notes                         print CHANGELOG's section of this version
  package.py licenses FILE                 write the licences of what is linked into the binary
  package.py archive OUT TARGET BINARY     an archive for the release page and cargo binstall
  package.py wheel OUT TARGET BINARY       a wheel, for PyPI
  package.py sdist OUT                     the source, for PyPI; needs maturin
  package.py npm OUT TARGET=BINARY...      the launcher's package, and one for each platform
  package.py container OUT TARGET=BINARY.. the directory that the image is built in
  package.py checksums OUT                 SHA256SUMS of what is there
  package.py formula OUT                   a formula for Homebrew, of the archives that are there
"""

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"]
NOTICES = ["README.md", "CHANGELOG.md", *LICENSES]
THIRD_PARTY = "THIRD-PARTY-LICENSES"

# By Rust's name: npm's `os` and `cpu`. On Linux the static binary serves glibc and musl alike.
NPM_PLATFORMS = {
    "x86_64-unknown-linux-musl": ("linux", "x64"),
    "aarch64-unknown-linux-musl": ("linux", "arm64"),
    "x86_64-apple-darwin": ("darwin", "x64"),
    "aarch64-apple-darwin": ("darwin", "arm64"),
    "x86_64-pc-windows-msvc": ("win32", "x64"),
    "aarch64-pc-windows-msvc": ("win32", "arm64"),
}

# The oldest systems that pip may install on. The static binary needs no libc, so even an old pip
# with an old glibc takes it. On macOS they are the oldest ones that Rust supports.
WHEEL_PLATFORMS = {
    "x86_64-unknown-linux-musl": "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
    "aarch64-unknown-linux-musl": "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "x86_64-apple-darwin": "macosx_10_12_x86_64",
    "aarch64-apple-darwin": "macosx_11_0_arm64",
    "x86_64-pc-windows-msvc": "win_amd64",
    "aarch64-pc-windows-msvc": "win_arm64",
}

CONTAINER_PLATFORMS = {
    "x86_64-unknown-linux-musl": "linux/amd64",
    "aarch64-unknown-linux-musl": "linux/arm64",
}


# ---- files, the same on every system ----


def read(file):
    return file.read_text(encoding="utf-8")


def write(file, text):
    file.write_text(text, encoding="utf-8", newline="\n")


# ---- what the project says about itself ----


def metadata(*options):
    command = ["cargo", "metadata", "--format-version=1", "--manifest-path", TOP / "Cargo.toml", *options]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def crate():
    packages = metadata("--no-deps")["packages"]
    return next(package for package in packages if package["name"] == "phguard")


def repository():
    return crate()["repository"] or ""


def npm_scope():
    return tomllib.loads(read(HERE / "release.toml"))["npm_scope"]


def fill(address):
    """crates.io, binstall, npm's provenance and PyPI all want the address."""
    file = TOP / "Cargo.toml"
    text = re.sub(r'^(repository|homepage) = .*\n', "", read(file), flags=re.M)
    lines = f'repository = "{address}"\nhomepage = "{address}"\n'
    write(file, text.replace("[package]\n", f"[package]\n{lines}", 1))


def section():
    version = re.escape(crate()["version"])
    text = read(TOP / "CHANGELOG.md")
    found = re.search(rf"^## \[?{version}\]?(?!\S)[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return found.group(1).strip() if found else ""


def notes():
    text = section()
    if not text:
        raise SystemExit(f"CHANGELOG.md has no section of version {crate()['version']}")
    print(text)


def check(tag):
    faults = []
    if tag != f"v{crate()['version']}":
        faults.append(f"the tag is {tag}, but Cargo.toml has version {crate()['version']}")
    if not section():
        faults.append(f"CHANGELOG.md has no section of version {crate()['version']}")
    if not re.fullmatch(r"@[a-z0-9][a-z0-9._-]*", npm_scope()):
        faults.append("packaging/release.toml names no npm organisation: npm_scope = \"@...\"")
    if not repository():
        faults.append("Cargo.toml has no repository: package.py fill https://...")
    if faults:
        raise SystemExit("no release:\n" + "".join(f"- {fault}\n" for fault in faults))


# ---- licences ----


def licenses(file):
    """Each text once, with the crates that it stands in."""
    texts = {}
    for package in linked_crates():
        home = Path(package["manifest_path"]).parent
        for text in license_texts(home):
            texts.setdefault(text, []).append(f"{package['name']} {package['version']}")
    if len(texts) < 2:
        raise SystemExit("the crates have no licences")
    parts = [f"{', '.join(sorted(set(crates)))}\n\n{text}\n" for text, crates in texts.items()]
    write(Path(file), f"\n{'-' * 80}\n\n".join(parts))


def linked_crates():
    """The crates that become part of the binary, on any platform."""
    graph = metadata("--locked")
    packages = {package["id"]: package for package in graph["packages"]}
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    linked, waiting = set(), [graph["resolve"]["root"]]
    while waiting:
        name = waiting.pop()
        if name in linked:
            continue
        linked.add(name)
        for dependency in nodes[name]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    linked.remove(graph["resolve"]["root"])
    return [packages[name] for name in sorted(linked)]


def license_texts(home):
    # libgit2 and zlib lie three deep.
    for pattern in ["*", "*/*", "*/*/*"]:
        for file in sorted(home.glob(pattern)):
            if file.is_file() and re.match(r"(licen[cs]e|copying|notice|unlicense|copyright)", file.name, re.I):
                yield file.read_text(encoding="utf-8", errors="replace").strip()


def third_party():
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / THIRD_PARTY
        licenses(file)
        return file.read_bytes()


# ---- packages ----


def program_name(target):
    return "phguard.exe" if "windows" in target else "phguard"


def archive(out, target, binary):
    top = f"phguard-{crate()['version']}-{target}"
    files = {program_name(target): (Path(binary).read_bytes(), 0o755)}
    files |= {name: ((TOP / name).read_bytes(), 0o644) for name in NOTICES}
    files[THIRD_PARTY] = (third_party(), 0o644)
    if "windows" in target:
        with zipfile.ZipFile(out / f"{top}.zip", "w", zipfile.ZIP_DEFLATED) as made:
            for name, (content, mode) in files.items():
                made.writestr(zip_entry(f"{top}/{name}", mode), content)
        return
    with tarfile.open(out / f"{top}.tar.gz", "w:gz") as made:
        for name, (content, mode) in files.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mode = len(content), mode
            made.addfile(entry, io.BytesIO(content))


def zip_entry(name, mode):
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (0o100000 | mode) << 16
    return entry


def wheel(out, target, binary):
    """Carries the very binary that was tested, and needs nothing of Python's to be built."""
    version, platform = crate()["version"], WHEEL_PLATFORMS[target]
    info = f"phguard-{version}.dist-info"
    program = f"phguard-{version}.data/scripts/{program_name(target)}"
    tags = "".join(f"Tag: py3-none-{tag}\n" for tag in platform.split("."))
    files = {program: Path(binary).read_bytes()}
    files |= {f"{info}/licenses/{name}": (TOP / name).read_bytes() for name in LICENSES}
    files[f"{info}/licenses/{THIRD_PARTY}"] = third_party()
    files[f"{info}/METADATA"] = wheel_metadata().encode()
    header = "Wheel-Version: 1.0\nGenerator: phguard\nRoot-Is-Purelib: false\n"
    files[f"{info}/WHEEL"] = f"{header}{tags}".encode()
    record = "".join(record_line(name, content) for name, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(out / f"phguard-{version}-py3-none-{platform}.whl", "w") as made:
        for name, content in files.items():
            made.writestr(zip_entry(name, 0o755 if name == program else 0o644), content)


def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def wheel_metadata():
    package = crate()
    names = [*LICENSES, THIRD_PARTY]
    lines = [
        "Metadata-Version: 2.4",
        "Name: phguard",
        f"Version: {package['version']}",
        f"Summary: {package['description']}",
        f"License-Expression: {package['license']}",
        *[f"License-File: {name}" for name in names],
        f"Keywords: {','.join(package['keywords'])}",
        "Requires-Python: >=3.8",
        *[f"Project-URL: Repository, {address}" for address in [package["repository"]] if address],
        "Description-Content-Type: text/markdown",
    ]
    return "\n".join(lines) + "\n\n" + readme()


def readme():
    """PyPI shows the text on a page of its own, where links need an address."""
    text, address = read(TOP / "README.md"), repository()
    if not address:
        return text
    return re.sub(r"\]\((?=(docs/|\w+\.md))", f"]({address}/raw/v{crate()['version']}/", text)


def sdist(out):
    subprocess.run(["maturin", "sdist", "--out", out.resolve()], check=True, cwd=HERE / "pypi")


def by_target(pairs, platforms):
    binaries = dict(pair.split("=", 1) for pair in pairs)
    if binaries.keys() != platforms.keys():
        raise SystemExit(f"give one binary for each of: {' '.join(platforms)}")
    return {target: Path(binary) for target, binary in binaries.items()}


def npm(out, *pairs):
    """The launcher's package names all platforms, so all of them must be made together."""
    binaries = by_target(pairs, NPM_PLATFORMS)
    package, scope = crate(), npm_scope() or "@undecided"
    shared = {key: package[key] for key in ("version", "description", "license")}
    if package["repository"]:
        address = package["repository"]
        shared |= {"repository": {"type": "git", "url": f"git+{address}.git"}, "homepage": address}
    third = third_party()
    names = {}
    for target, (system, cpu) in NPM_PLATFORMS.items():
        name = f"{scope}/phguard-{system}-{cpu}"
        names[name] = package["version"]
        manifest = {"name": name, **shared, "os": [system], "cpu": [cpu], "preferUnplugged": True}
        manifest["publishConfig"] = {"access": "public"}
        npm_pack(out, manifest, {f"bin/{program_name(target)}": binaries[target]}, third)
    manifest = {"name": "phguard", **shared, "keywords": package["keywords"], "engines": {"node": ">=18"}}
    manifest |= {"bin": {"phguard": "bin/phguard.js"}, "optionalDependencies": names}
    npm_pack(out, manifest, {"bin/phguard.js": HERE / "npm/phguard.js"}, None)


def npm_pack(out, manifest, programs, third):
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        write(place / "package.json", json.dumps(manifest, indent=2) + "\n")
        for name in ["README.md", *LICENSES]:
            shutil.copy(TOP / name, place)
        if third is not None:
            (place / THIRD_PARTY).write_bytes(third)
        for name, source in programs.items():
            (place / name).parent.mkdir()
            shutil.copy(source, place / name)
            # What carried it here may have lost its mode.
            (place / name).chmod(0o755)
        npm_program = shutil.which("npm") or "npm"
        command = [npm_program, "pack", "--silent", "--pack-destination", str(out.resolve())]
        subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL)


def container(out, *pairs):
    shutil.copy(HERE / "Containerfile", out)
    for name in LICENSES:
        shutil.copy(TOP / name, out)
    (out / THIRD_PARTY).write_bytes(third_party())
    for target, binary in by_target(pairs, CONTAINER_PLATFORMS).items():
        place = out / CONTAINER_PLATFORMS[target]
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(binary, place / "phguard")
        (place / "phguard").chmod(0o755)


def digest_of(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def checksums(out):
    files = sorted(file for file in out.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{digest_of(file)}  {file.name}\n" for file in files]
    write(out / "SHA256SUMS", "".join(lines))


# ---- Homebrew ----

FORMULA = """\
class Phguard < Formula
  desc "{description}"
  homepage "{repository}"
  version "{version}"
  license any_of: ["MIT", "Apache-2.0"]
{sources}
  def install
    bin.install "phguard"
    generate_completions_from_executable(bin/"phguard", "completions", shells: [:bash, :zsh, :fish])
    (man1/"phguard.1").write Utils.safe_popen_read(bin/"phguard", "man")
  end

  test do
    require "securerandom"
    (testpath/"clean").write "one\\n"
    system bin/"phguard", "--files", "clean"
    (testpath/"key").write "phx_#{{SecureRandom.alphanumeric(43)}}\\n"
    shell_output("#{{bin}}/phguard --files key", 1)
  end
end
"""

SOURCE = """
  on_{system} do
    on_{cpu} do
      url "{url}"
      sha256 "{digest}"
    end
  end
"""

BREW_PLATFORMS = {
    "x86_64-unknown-linux-musl": ("linux", "intel"),
    "aarch64-unknown-linux-musl": ("linux", "arm"),
    "x86_64-apple-darwin": ("macos", "intel"),
    "aarch64-apple-darwin": ("macos", "arm"),
}


def formula(out):
    package, sources = crate(), ""
    version, address = package["version"], repository()
    if not address:
        raise SystemExit("Cargo.toml has no repository: package.py fill https://...")
    for target, (system, cpu) in BREW_PLATFORMS.items():
        file = out / f"phguard-{version}-{target}.tar.gz"
        url = f"{address}/releases/download/v{version}/{file.name}"
        sources += SOURCE.format(system=system, cpu=cpu, url=url, digest=digest_of(file))
    description = "Keeps PostHog's secret keys out of git"
    text = FORMULA.format(version=version, repository=address, description=description, sources=sources)
    write(out / "phguard.rb", text)


def main():
    makers = {
        "archive": archive,
        "checksums": checksums,
        "container": container,
        "formula": formula,
        "npm": npm,
        "sdist": sdist,
        "wheel": wheel,
    }
    match sys.argv[1:]:
        case ["version"]:
            print(crate()["version"])
        case ["fill", address] if address.startswith("https://"):
            fill(address)
        case ["check", tag]:
            check(tag)
        case ["notes"]:
            notes()
        case ["licenses", file]:
            licenses(file)
        case [name, out, *arguments] if name in makers:
            place = Path(out)
            place.mkdir(parents=True, exist_ok=True)
            makers[name](place, *arguments)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
