"""Lanes that are replaced by a set and brought back, in a real browser and without a key."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_set_changes_the_domain_in_sight_and_undo_changes_it_back(page: Page) -> None:
    """The domain stands in another part of the page than the lanes; both show what was chosen, at once."""
    domain = page.get_by_role("combobox", name="Domain")
    domain.click()
    page.get_by_role("option", name="Medical").click()
    expect(domain).to_have_value("Medical")
    menus = page.get_by_role("button", name="⋯")
    expect(menus).to_have_count(4)
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("button", name="Legal review").click()
    expect(menus).to_have_count(3)
    expect(domain).to_have_value("Legal")
    expect(page.get_by_role("button", name="Cheap and fast")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(menus).to_have_count(4)
    expect(domain).to_have_value("Medical")


def test_a_lane_is_copied_moved_and_turned_off_with_the_keyboard_alone(page: Page) -> None:
    """A card's menu opens with Enter and is walked with the arrow keys; what takes part is what the cards say."""
    cards = page.locator("[class*=st-key-lane_card_]")
    menus = page.get_by_role("button", name="⋯")

    def choose(lane: int, item: str) -> None:
        menus.nth(lane).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("menu")).to_be_focused()
        items = page.get_by_role("menuitem")
        for at in range(items.all_inner_texts().index(item)):
            page.keyboard.press("ArrowDown")
            expect(items.nth(at + 1)).to_be_focused()
        page.keyboard.press("Enter")

    choose(0, "Duplicate")
    expect(menus).to_have_count(5)
    expect(cards.nth(1)).to_contain_text("BM25 2")
    choose(1, "Move right")
    expect(cards.nth(2)).to_contain_text("BM25 2")
    choose(2, "Turn off")
    expect(cards.nth(2).get_by_text("off", exact=True)).to_be_visible()
