"""Run by the environment `browser`: looks at the lab's page in a headless Chromium.

Prints one JSON line when the page is there, waits for a line on stdin (meanwhile somebody changes a group),
and prints another one when the page has shown the revert by itself; then once more until the lab has ended.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 120
STICKS_OUT = """
return document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll("section")].some(
  (section) => [...section.querySelectorAll(".group, .thread, .message, .badge")].some(
    (box) => box.getBoundingClientRect().right > section.getBoundingClientRect().right + 1))
"""
"""Whether the page, or anything in a column, is wider than its place."""


def browser(binary: str, driver: str) -> webdriver.Chrome:
    """One without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "hide-scrollbars", "window-size=1600,1200"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))


def tell(**facts: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def texts(page: webdriver.Chrome, selector: str) -> list[str]:
    """What a person reads there."""
    return [element.text for element in page.find_elements(By.CSS_SELECTOR, selector)]


def seen(page: webdriver.Chrome) -> dict[str, Any]:
    """What the page shows, and what it did."""
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    return {
        "badges": dict(zip(texts(page, ".group .head code"), texts(page, ".group .badge"), strict=True)),
        "kinds": texts(page, ".thread.good .entry .kind"),
        "rows": texts(page, ".lines .gone"),
        "messages": texts(page, ".message summary span"),
        "open": [e.get_attribute("id") for e in page.find_elements(By.CSS_SELECTOR, ".group[open]")],
        "descriptions": texts(page, ".group[open] td:last-child"),
        "scripts": len(page.find_elements(By.CSS_SELECTOR, "script, img[src='x']")),
        "requests": page.execute_script(script),
        "console": [entry["message"] for entry in page.get_log("browser") if entry["level"] == "SEVERE"],
    }


def pictures(page: webdriver.Chrome, folder: Path) -> dict[str, bool]:
    """Pictures in light, dark and narrow; whether anything sticks out at the side."""
    sticks_out = {}
    for name, width, scheme in (
        ("lab", 1600, "light"),
        ("lab-dark", 1600, "dark"),
        ("lab-narrow", 500, "light"),
    ):
        page.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        page.set_window_size(width, 1200)
        page.save_screenshot(str(folder / f"{name}.png"))
        sticks_out[name] = page.execute_script(STICKS_OUT)
    page.set_window_size(1600, 1200)
    return sticks_out


def main(url: str, folder: str) -> None:
    """See above."""
    binary, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not binary or not driver:
        sys.exit("Chromium and its driver are not installed: apt-get install chromium chromium-driver")
    page = browser(binary, driver)
    try:
        wait = WebDriverWait(page, PATIENCE, poll_frequency=0.1)
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        page.get(url)
        plain = len(page.find_elements(By.CSS_SELECTOR, ".badge"))
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        page.get(url)
        for group in ("sg-shopnode", "sg-billmast"):
            # in one go: the page may put a newer one in its place at any moment
            page.execute_script(f"document.querySelector('#{group} summary').click()")
        tell(**seen(page), without_script=plain)
        sys.stdin.readline()
        wait.until(lambda _: page.find_elements(By.CSS_SELECTOR, ".thread.good .entry.alert"))
        tell(**seen(page), sticks_out=pictures(page, Path(folder)))
        sys.stdin.readline()
        wait.until(lambda _: page.find_element(By.ID, "gone").is_displayed())
        tell(gone=texts(page, "#gone"))
    finally:
        page.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
