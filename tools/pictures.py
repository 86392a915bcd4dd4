"""Take the pictures of the README and the docs anew, from the real program on the example firm.

The terminal is drawn by rich's own export, the pages by the system's Chromium; nothing is retouched.
"""

import io
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console

from bascule.audit import audit
from bascule.catalogue import load
from bascule.model import Evidence
from bascule.read import read_inputs
from bascule.report import Lookup, Words, page, show
from bascule.report.play import frame

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs/pictures"
EXAMPLE = ROOT / "examples/atelier-brunel"
FIRM = "atelier-brunel.fr"
STEPS = (0, 0, 12, 24, 48, 120, 240, 480, 720)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def example(language: str) -> Lookup:
    """Return the audit of the example firm."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    reading = read_inputs([EXAMPLE], now)
    catalogue = load()
    return Lookup(audit(reading.evidence, reading.firm, catalogue, now.date()), catalogue, Words(language))


def terminal(browser: Browser, console: Console, title: str) -> Image.Image:
    """Return what stands on a recorded console, as a picture."""
    view = browser.new_page(device_scale_factor=1)
    view.set_content(f"<body style='margin:0;width:max-content'>{console.export_svg(title=title)}</body>")
    size = view.evaluate("() => { const r = document.querySelector('svg').viewBox.baseVal; return [r.width, r.height] }")
    view.set_viewport_size({"width": int(size[0]) + 1, "height": int(size[1]) + 1})
    view.evaluate("([w, h]) => { const s = document.querySelector('svg'); s.setAttribute('width', w); s.setAttribute('height', h) }", size)
    shot = view.screenshot()
    view.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


def recorded(width: int = 110) -> Console:
    """Return a console that keeps what is printed on it."""
    return Console(record=True, file=io.StringIO(), width=width, force_terminal=True, color_system="truecolor", highlight=False)


def play_picture(browser: Browser, language: str) -> None:
    """Draw the thirty days on the terminal as a moving picture."""
    it = example(language)
    frames = []
    for hours in STEPS:
        console = recorded()
        console.print(frame(it, it.audit.cutoffs[0], hours))
        frames.append(terminal(browser, console, "bascule couper" if language == "fr" else "bascule cutoff"))
    height = max(one.height for one in frames)
    frames = [_tall(one, height).quantize(64) for one in frames]
    pace = [900] * (len(frames) - 1) + [3000]
    frames[0].save(PICTURES / f"play-{language}.gif", save_all=True, append_images=frames[1:], duration=pace, loop=0, optimize=True)


def _tall(image: Image.Image, height: int) -> Image.Image:
    canvas = Image.new("RGB", (image.width, height), image.getpixel((3, 3)))
    canvas.paste(image, (0, 0))
    return canvas


def text_picture(browser: Browser, language: str) -> None:
    """Draw the summary on the terminal."""
    console = recorded(120)
    show(example(language), console)
    terminal(browser, console, "bascule audit").quantize(64).save(PICTURES / f"audit-{language}.png", optimize=True)


def page_pictures(browser: Browser, language: str) -> None:
    """Take the page at 1280 and 320 pixels, light and dark."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(page(example(language)), "utf-8")
        for width, height in ((1280, 900), (320, 720)):
            for scheme in ("light", "dark"):
                view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                view.goto(file.as_uri())
                shot = Image.open(io.BytesIO(view.screenshot())).convert("RGB").quantize(96)
                shot.save(PICTURES / f"page-{language}-{width}-{scheme}.png", optimize=True)
                view.close()


def world_picture(browser: Browser, language: str) -> None:
    """Draw the end of the thirty days of a firm of the closed world, asked about there; left out where no world can be made."""
    sys.path.insert(0, str(ROOT))
    from world import World, WorldUnavailable

    try:
        with TemporaryDirectory() as folder, World.start(Path(folder)) as world:
            done = world.run([str(Path(sys.executable).parent / "bascule"), "collect", FIRM], env={"XDG_CACHE_HOME": folder}, timeout=90)
    except WorldUnavailable as error:
        print(f"no picture of the world: {error}")
        return
    catalogue = load()
    evidence = [msgspec.json.decode(line, type=Evidence) for line in done.stdout.splitlines()[1:]]
    it = Lookup(audit(evidence, None, catalogue, datetime.now(UTC).date()), catalogue, Words(language))
    console = recorded()
    console.print(frame(it, it.audit.cutoffs[0], STEPS[-1]))
    terminal(browser, console, f"bascule couper {FIRM}").quantize(64).save(PICTURES / f"world-{language}.png", optimize=True)


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=FLAGS)
        for language in ("fr", "en"):
            play_picture(browser, language)
            page_pictures(browser, language)
        text_picture(browser, "fr")
        world_picture(browser, "fr")
        browser.close()


if __name__ == "__main__":
    main()
