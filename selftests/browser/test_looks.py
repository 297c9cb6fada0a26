"""How the page looks: contrast, print, and pictures for people to look at."""

import pytest

from .kinds import compared, hostile, interrupted, one_host, own_tests, trend, waived

CONTRAST = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const parse = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], below) => [r, g, b].map((each, place) => each * a + below[place] * (1 - a));
    const light = (rgb) => {
        const [r, g, b] = rgb.map((each) => each / 255).map((each) => (each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const ground = (element) => {
        const layers = [];
        for (let each = element; each; each = each.parentElement) {
            const colour = parse(getComputedStyle(each).backgroundColor);
            layers.unshift(colour);
            if (colour[3] === 1) break;
        }
        return layers.reduce((below, each) => over(each, below), [255, 255, 255]);
    };
    const seen = new Map();
    const judge = (element, colour, text) => {
        const back = ground(element);
        const [high, low] = [light(over(parse(colour), back)), light(back)].sort((a, b) => b - a);
        const key = `${(element.className.baseVal ?? element.className) || element.localName}: ${colour} on ${back}`;
        seen.set(key, Math.min(seen.get(key) ?? 99, (high + .05) / (low + .05)));
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.textContent.trim() || element.closest('script, style, title, noscript, .skip')) continue;
        if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
        const style = getComputedStyle(element);
        judge(element, element.closest('svg') ? style.fill : style.color, node.textContent);
    }
    for (const element of document.querySelectorAll('.finding > summary, .verdict')) {
        for (const part of ['::before', '::after']) {
            const style = getComputedStyle(element, part);
            if (style.content !== 'none') judge(element, style.color, style.content);
        }
    }
    return [...seen];
}"""


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_every_text_stands_out_from_its_ground(open_page, lab_run, until, scheme):
    page = open_page(interrupted(waived(own_tests(lab_run))), trend(lab_run), scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    until(page, "document.querySelectorAll('.finding .detail').length === document.querySelectorAll('.finding').length")
    page.locator("td.cell").first.click()
    found = page.evaluate(CONTRAST)
    page.get_by_role("button", name="Close").click()
    page.locator("#text").fill("no verdict of any host")
    found += page.evaluate(CONTRAST)
    assert len(found) > 25
    assert {name: round(ratio, 2) for name, ratio in found if ratio < 4.5} == {}


def test_filtered_cells_can_still_be_read(open_page, lab_run):
    page = open_page(lab_run, fragment="#v=fail", scheme="dark")
    assert {name: round(ratio, 2) for name, ratio in page.evaluate(CONTRAST) if ratio < 4.5} == {}


def test_print_hides_what_paper_cannot_do(lab_page):
    lab_page.emulate_media(media="print")
    for hidden in ("#filters", ".skip", "#matrix-hint", "#more-findings"):
        assert lab_page.locator(hidden).is_hidden(), hidden
    for visible in (".verdict", ".counts", "#shown", "#legend", "#matrix", "#list", "#rows-shown"):
        assert lab_page.locator(visible).is_visible(), visible
    style = lab_page.locator("#matrix").evaluate(
        "each => [getComputedStyle(each).overflow, getComputedStyle(each).maxHeight]"
    )
    assert style == ["visible", "none"]


def test_print_is_light_in_the_dark_too(open_page, lab_run):
    page = open_page(lab_run, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_has_the_fixes_of_what_is_shown(lab_page):
    lab_page.evaluate(
        "addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('.finding[open] pre').length; })"
    )
    assert lab_page.pdf(format="A4").startswith(b"%PDF-")
    assert lab_page.evaluate("window.printed") == 14
    assert lab_page.locator(".finding[open]").count() == 0


def test_paper_has_only_the_details_that_are_open(lab_page):
    lab_page.locator(".finding > summary").first.click()
    lab_page.evaluate(
        "addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('.finding[open]').length; })"
    )
    lab_page.pdf(format="A4")
    assert lab_page.evaluate("window.printed") == 1


def test_the_matrix_keeps_the_host_in_sight_when_it_scrolls(open_page, lab_run):
    page = open_page(lab_run, width=390)
    before = page.locator("#matrix tbody th.host").first.bounding_box()["x"]
    page.locator("#matrix").evaluate("each => { each.scrollLeft = 400; }")
    assert page.locator("#matrix").evaluate("each => each.scrollLeft") == 400
    assert page.locator("#matrix tbody th.host").first.bounding_box()["x"] == before


PICTURES = {"one-host": one_host, "interrupted": interrupted, "compared": compared, "hostile": hostile}


@pytest.mark.parametrize(("width", "scheme"), ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")))
def test_pictures_are_taken(open_page, lab_run, thousand, screenshots, width, scheme):
    def take(page, name):
        page.screenshot(path=screenshots / f"{name}-{width}-{scheme}.png")

    take(open_page(thousand, width=width, scheme=scheme), "thousand-hosts")
    for name, kind in PICTURES.items() if (width, scheme) in {(1280, "light"), (390, "dark")} else ():
        take(open_page(kind(lab_run), trend(lab_run), width=width, scheme=scheme), name)
    page = open_page(lab_run, trend(lab_run), width=width, scheme=scheme)
    take(page, "lab")
    for place in ("matrix", "findings", "trend"):
        page.locator(f"#{place}-title").evaluate("each => each.scrollIntoView({behavior: 'instant'})")
        take(page, place)
    page.locator("td.fail").first.click()
    take(page, "details")
    assert (screenshots / f"details-{width}-{scheme}.png").stat().st_size > 10_000
