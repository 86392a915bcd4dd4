"""What the page does in a browser: it asks for nothing, plays, can be used by everyone, and prints whole."""

import pytest

OPEN = "for (const one of document.querySelectorAll('details')) one.open = true"
CLOSE = "for (const one of document.querySelectorAll('details')) one.open = false"
OUT = "[data-scenario]:not([hidden]) .lamps > li.out"
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])
KINDS = pytest.mark.parametrize("kind", ["report", "cutoff"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="session")
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


# A whole report, unfolded, takes axe many seconds: twice is enough, since the short one has the same parts in all cases.
WHOLE = [("fr", "light", 320), ("en", "dark", 1280)]
# Every language meets every scheme and every width, and every scheme every width.
PAIRS = [("fr", "light", 320), ("fr", "dark", 1280), ("en", "dark", 320), ("en", "light", 1280)]


@pytest.mark.parametrize(
    ("kind", "language", "scheme", "width"), [*((kind, *pair) for kind in ("report", "cutoff", "short", "receipt") for pair in PAIRS), ("report", *WHOLE[1])]
)
def test_axe_finds_nothing(visit, axe, language, kind, scheme, width):
    page = visit(f"{kind}-{language}", color_scheme=scheme, viewport={"width": width, "height": 900})
    for state in (CLOSE, OPEN):
        page.evaluate(state)
        if state == CLOSE or kind != "report" or (language, scheme, width) in WHOLE:
            result = axe.run(page)
            assert result.violations_count == 0, result.generate_report()


@LANGUAGES
@KINDS
def test_a_phone_scrolls_one_way_only(visit, language, kind):
    page = visit(f"{kind}-{language}", viewport={"width": 320, "height": 700})
    for state in (CLOSE, OPEN):
        page.evaluate(state)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@LANGUAGES
@KINDS
def test_letters_are_large_enough_on_a_phone(visit, language, kind):
    page = visit(f"{kind}-{language}", viewport={"width": 320, "height": 700})
    page.evaluate(OPEN)
    small = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(one => one.checkVisibility() && !one.closest('svg')
            && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
            && parseFloat(getComputedStyle(one).fontSize) < 12).map(one => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    drawn = page.evaluate(
        """() => [...document.querySelectorAll('svg.wires text')].filter(one => one.checkVisibility())
            .map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
    )
    assert min(drawn, default=12) >= 9.5


@pytest.mark.parametrize("width", [320, 740, 1280])
def test_no_column_is_so_narrow_that_words_break_letter_by_letter(visit, width):
    page = visit("report-fr", viewport={"width": width, "height": 900})
    page.evaluate(OPEN)
    narrow = page.evaluate(
        """() => [...document.querySelectorAll('td, li, p, summary > *')]
            .filter(one => one.checkVisibility() && one.textContent.trim().length > 8 && one.getBoundingClientRect().width < 60)
            .map(one => one.outerHTML.slice(0, 90))"""
    )
    assert narrow == []


@LANGUAGES
def test_labels_of_the_drawing_stay_in_their_column(visit, language):
    for width, name in ((320, "narrow"), (1280, "wide")):
        page = visit(f"report-{language}", viewport={"width": width, "height": 900})
        assert page.locator(f"svg.wires.{name}").is_visible()
        crossing = page.evaluate(
            """(name) => {
                const box = document.querySelector(`svg.wires.${name}`);
                const spans = [...box.querySelectorAll('tspan')];
                const columns = [...new Set(spans.map(one => Number(one.getAttribute('x'))))].sort((a, b) => a - b);
                const end = (x) => columns.find(one => one > x) ?? box.viewBox.baseVal.width;
                const out = (one, x) => x + one.getComputedTextLength() > end(x);
                return spans.filter(one => out(one, Number(one.getAttribute('x')))).map(one => one.textContent);
            }""",
            name,
        )
        assert crossing == []


@KINDS
def test_the_play_puts_out_lamp_after_lamp(visit, kind):
    page = visit(f"{kind}-en")
    page.clock.install()
    page.reload()
    final = page.locator(OUT).count()
    assert final > 5
    button, clock = page.locator("button.play"), page.locator(".clock")
    button.click()
    assert page.locator(OUT).count() == 0
    assert button.inner_text() == "Pause"
    counts, days = [], []
    for _ in range(13):
        page.clock.run_for(900)
        counts.append(page.locator(OUT).count())
        days.append(int(clock.inner_text().split()[1]))
    assert counts == sorted(counts)
    assert days == sorted(days)
    assert days[3] < 30
    assert (counts[-1], days[-1], button.inner_text()) == (final, 30, "Play the thirty days")


@pytest.mark.parametrize("waiting", [100, 3000], ids=["before the first frame", "while it plays"])
def test_stop_stops(visit, waiting):
    page = visit("report-en")
    page.clock.install()
    page.reload()
    button, clock = page.locator("button.play"), page.locator(".clock")
    button.click()
    page.clock.run_for(waiting)
    button.click()
    assert button.inner_text() == "Play the thirty days"
    before = clock.inner_text()
    page.clock.run_for(5000)
    assert (clock.inner_text(), button.inner_text()) == (before, "Play the thirty days")


def test_another_power_ends_the_play_and_shows_its_own_end(visit):
    page = visit("report-en")
    page.clock.install()
    page.reload()
    page.locator("button.play").click()
    page.clock.run_for(100)
    page.locator("[data-choose='2']").click()
    page.clock.run_for(3000)
    assert page.locator(".clock").inner_text() == "Day 30"
    assert page.locator("[data-choose][aria-pressed=true]").inner_text() == page.locator("[data-choose='2']").inner_text()
    shown = [one.get_attribute("data-scenario") for one in page.locator("[data-scenario]").all() if one.is_visible()]
    assert shown == ["order-fr"]


def test_each_power_button_shows_its_scenario(visit):
    page = visit("report-fr")
    buttons = page.locator("[data-choose]")
    assert buttons.count() >= 3
    for number in range(buttons.count()):
        buttons.nth(number).click()
        assert [one.is_visible() for one in page.locator("[data-scenario]").all()] == [place == number for place in range(buttons.count())]
        assert buttons.nth(number).get_attribute("aria-pressed") == "true"


def test_the_slider_turns_time_back(visit):
    page = visit("report-en")
    slider = page.locator("input[type=range]")
    final = page.locator(OUT).count()
    counts = []
    for hours in (0, 24, 480, 720):
        slider.fill(str(hours))
        counts.append(page.locator(OUT).count())
        assert slider.get_attribute("aria-valuetext") == f"Day {hours // 24}"
    assert counts == sorted(counts)
    assert counts[-1] == final


FOCUSABLE = "a[href], button, input, summary, [tabindex='0']"


@KINDS
def test_every_control_is_reached_by_tab_with_a_visible_focus(visit, kind):
    page = visit(f"{kind}-fr")
    page.evaluate("(what) => { [...document.querySelectorAll(what)].filter(one => one.checkVisibility()).forEach((one, n) => one.dataset.n = n) }", FOCUSABLE)
    wanted = page.evaluate("document.querySelectorAll('[data-n]').length")
    assert wanted > 30
    reached, faint = [], []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        number, outline, tag = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
                return [one.dataset.n, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, one.outerHTML.slice(0, 60)] }"""
        )
        reached.append(number)
        faint += [] if outline else [tag]
    assert sorted(map(int, reached)) == list(range(wanted))
    assert [int(number) for number in reached] == list(range(wanted)), "the order of the tabulator is that of the page"
    assert faint == []


def test_keys_work_as_a_mouse_does(visit):
    page = visit("report-en")
    page.clock.install()
    page.reload()
    page.locator("[data-choose='1']").focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-choose='1']").get_attribute("aria-pressed") == "true"
    page.locator("[data-choose='0']").focus()
    page.keyboard.press("Space")
    assert page.locator("[data-choose='0']").get_attribute("aria-pressed") == "true"
    page.locator("button.play").focus()
    page.keyboard.press("Space")
    assert page.locator("button.play").inner_text() == "Pause"
    page.keyboard.press("Enter")
    assert page.locator("button.play").inner_text() == "Play the thirty days"
    page.locator("input[type=range]").focus()
    page.keyboard.press("Home")
    assert page.locator(".clock").inner_text() == "Day 0"
    page.keyboard.press("End")
    assert page.locator(".clock").inner_text() == "Day 30"
    for key in ("Enter", "Space"):
        summary = page.locator("details.tool > summary").first
        opened = page.locator("details.tool").first.evaluate("one => one.open")
        summary.focus()
        page.keyboard.press(key)
        assert page.locator("details.tool").first.evaluate("one => one.open") != opened


def test_the_skip_link_leads_to_the_content(visit):
    page = visit("report-fr")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement")
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")  # a long page takes a moment to jump


def test_a_link_to_a_tool_opens_it(visit):
    page = visit("report-fr")
    link = page.locator(".card.do li a").first
    target = link.get_attribute("href")[1:]
    link.click()
    page.wait_for_function("(id) => document.getElementById(id).open", arg=target)
    assert page.locator(f"#{target}").evaluate("one => one.open")


def test_every_link_within_the_page_arrives(visit):
    page = visit("report-fr")
    assert (
        page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(one => !document.getElementById(one.getAttribute('href').slice(1))).length") == 0
    )


def test_who_wants_no_motion_sees_the_end_at_once(visit):
    page = visit("report-en", reduced_motion="reduce")
    page.clock.install()
    page.reload()
    page.locator("input[type=range]").fill("0")
    final = page.locator("[data-scenario]:not([hidden]) [data-after]").count()
    page.locator("button.play").click()
    assert page.locator(".clock").inner_text() == "Day 30"
    assert page.locator(OUT).count() == final
    assert page.locator("button.play").inner_text() == "Play the thirty days"
    assert page.locator(".lamp").first.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


@KINDS
def test_without_script_every_scenario_stands_there_at_its_end(visit, kind):
    page = visit(f"{kind}-fr", java_script_enabled=False)
    scenes = page.locator("[data-scenario]").all()
    assert scenes
    assert all(scene.is_visible() for scene in scenes)
    assert page.locator(".lamps > li.out.stops").count() > 5
    assert not any(control.is_visible() for control in page.locator("button, input").all())


@KINDS
def test_paper_shows_the_chosen_scenario_and_what_was_opened(visit, kind):
    page = visit(f"{kind}-fr")
    page.locator("input[type=range]").fill("0")
    page.locator("[data-scenario] details").first.evaluate("one => { one.open = true }")
    page.emulate_media(media="print", color_scheme="dark")
    assert [scene.is_visible() for scene in page.locator("[data-scenario]").all()].count(True) == 1
    assert page.locator("[data-scenario] details .detail").first.bounding_box()["height"] > 20
    assert not any(control.is_visible() for control in page.locator("button, input, a.skip").all())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('p, li, small')].filter(one => one.checkVisibility())
            .map(one => parseFloat(getComputedStyle(one).fontSize))"""
    )
    assert min(sizes) >= 11
    assert max(sizes) <= 18
    dark = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(one => one.checkVisibility())
            .map(one => [one.className, getComputedStyle(one).backgroundColor.match(/[0-9.]+/g).map(Number)])
            .filter(([name, [r, g, b, a]]) => a !== 0 && r + g + b < 600 && name !== 'lamp')"""
    )
    assert dark == []
    assert page.evaluate("getComputedStyle(document.querySelector('.card, .lamps > li')).color") == "rgb(0, 0, 0)"


def test_paper_shows_the_end_also_in_the_middle_of_the_play(visit):
    page = visit("report-fr")
    page.clock.install()
    page.reload()
    page.locator("button.play").click()
    assert page.locator(OUT).count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[data-after]:not(.out)").count() == 0
    page.clock.run_for(3000)
    assert page.locator("[data-after]:not(.out)").count() == 0


def test_the_table_can_be_saved(visit):
    page = visit("report-fr")
    link = page.locator("a[download]")
    assert link.get_attribute("download") == "bascule.csv"
    assert link.get_attribute("href").startswith("data:text/csv;charset=utf-8,%EF%BB%BF")
