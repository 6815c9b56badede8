#!/usr/bin/env python3
"""Makes the packages that carry the binary, all of the version that Cargo.toml has.

  package.py version                       print the version
  package.py wheel OUT [MATURIN OPTION...] build the binary and a wheel of it
  package.py archive OUT TARGET BINARY     an archive for the release page and cargo binstall
  package.py npm OUT TARGET=BINARY...      the launcher's package, and one for each platform
  package.py checksums OUT                 SHA256SUMS of what is there
"""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
NOTICES = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]

# By Rust's name: npm's `os` and `cpu`. On Linux the static binary serves glibc and musl alike.
NPM_PLATFORMS = {
    "x86_64-unknown-linux-musl": ("linux", "x64"),
    "aarch64-unknown-linux-musl": ("linux", "arm64"),
    "x86_64-apple-darwin": ("darwin", "x64"),
    "aarch64-apple-darwin": ("darwin", "arm64"),
    "x86_64-pc-windows-msvc": ("win32", "x64"),
}


def crate():
    command = ["cargo", "metadata", "--no-deps", "--format-version=1", "--manifest-path", TOP / "Cargo.toml"]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return next(package for package in metadata["packages"] if package["name"] == "phguard")


def wheel(out, *options):
    subprocess.run(["maturin", "build", "--out", out.resolve(), *options], check=True, cwd=HERE / "pypi")


def archive(out, target, binary):
    windows = "windows" in target
    top = f"phguard-{crate()['version']}-{target}"
    files = [(Path(binary), "phguard.exe" if windows else "phguard", 0o755)]
    files += [(TOP / name, name, 0o644) for name in NOTICES]
    if windows:
        with zipfile.ZipFile(out / f"{top}.zip", "w", zipfile.ZIP_DEFLATED) as made:
            for source, name, _ in files:
                made.write(source, f"{top}/{name}")
        return
    with tarfile.open(out / f"{top}.tar.gz", "w:gz") as made:
        for source, name, mode in files:
            content = source.read_bytes()
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mode = len(content), mode
            made.addfile(entry, io.BytesIO(content))


def npm(out, *binaries):
    """The launcher's package names all platforms, so all of them must be made together."""
    by_target = dict(pair.split("=", 1) for pair in binaries)
    if by_target.keys() != NPM_PLATFORMS.keys():
        raise SystemExit(f"npm needs one binary for each of: {' '.join(NPM_PLATFORMS)}")
    package = crate()
    shared = {key: package[key] for key in ("version", "description", "license")}
    names = {}
    for target, (system, cpu) in NPM_PLATFORMS.items():
        name = f"phguard-{system}-{cpu}"
        names[name] = package["version"]
        program = "bin/phguard.exe" if system == "win32" else "bin/phguard"
        manifest = {"name": name, **shared, "os": [system], "cpu": [cpu], "preferUnplugged": True}
        npm_pack(out, manifest, {program: Path(by_target[target])})
    manifest = {"name": "phguard", **shared, "keywords": package["keywords"], "engines": {"node": ">=18"}}
    manifest |= {"bin": {"phguard": "bin/phguard.js"}, "optionalDependencies": names}
    npm_pack(out, manifest, {"bin/phguard.js": HERE / "npm/phguard.js"})


def npm_pack(out, manifest, programs):
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        (place / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
        for name in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]:
            shutil.copy(TOP / name, place)
        for name, source in programs.items():
            (place / name).parent.mkdir()
            shutil.copy(source, place / name)
            # What carried it here may have lost its mode.
            (place / name).chmod(0o755)
        npm_program = shutil.which("npm") or "npm"
        command = [npm_program, "pack", "--silent", "--pack-destination", str(out.resolve())]
        subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL)


def checksums(out):
    files = sorted(file for file in out.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (out / "SHA256SUMS").write_text("".join(lines))


def main():
    commands = {"wheel": wheel, "archive": archive, "npm": npm, "checksums": checksums}
    match sys.argv[1:]:
        case ["version"]:
            print(crate()["version"])
        case [name, out, *arguments] if name in commands:
            place = Path(out)
            place.mkdir(parents=True, exist_ok=True)
            commands[name](place, *arguments)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
