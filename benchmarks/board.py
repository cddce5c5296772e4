"""How soon tonight's board can be used, in a real browser, on a running demo.

    .venv/bin/xunfang demo &
    .venv/bin/python benchmarks/board.py [--address http://127.0.0.1:8000] [--station S01]

Opens a station's night ten times as the duty officer and chooses the first stop of the
list. Prints the milliseconds from the request until that is done, and until the map is
drawn. The goal: usable within 2 s.
"""

import argparse
import os
import statistics

from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--station", default="S01")
    parser.add_argument("--user", default="zhiban")
    parser.add_argument("--password", default="yunting-demo")
    arguments = parser.parse_args()
    usable, drawn = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("XUNFANG_CHROMIUM", "/usr/bin/chromium"),
            args=ARGUMENTS,
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{arguments.address}/account/sign-in/")
        page.fill("input[name=username]", arguments.user)
        page.fill("input[name=password]", arguments.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/tonight/**")
        night = page.url.rstrip("/").split("/tonight/")[1].split("/")[0]
        for _ in range(10):
            page.goto(
                f"{arguments.address}/tonight/{night}/{arguments.station}/",
                wait_until="domcontentloaded",
            )
            page.locator(".unit[open] button[data-select]").first.click()
            page.locator(".stop--chosen").wait_for()
            usable.append(page.evaluate("performance.now()"))
            page.locator("city-map[data-state=ready]").wait_for()
            drawn.append(page.evaluate("performance.now()"))
        browser.close()
    for name, times in (("usable", usable), ("map drawn", drawn)):
        print(
            f"{name:10s} median {statistics.median(times):6.0f} ms   "
            f"worst {max(times):6.0f} ms   first {times[0]:6.0f} ms"
        )


if __name__ == "__main__":
    main()
