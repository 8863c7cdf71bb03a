"""Chromium without a screen, from Debian's packages."""

import base64
import os
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# For a machine that builds something else meanwhile.
PATIENCE_S = 60
# Where pictures of the pages go, for people.
PICTURES = os.environ.get("PAGE_PICTURES")


class Browser(webdriver.Chrome):
    def __init__(self, scripts=True):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        # Root has no sandbox to give, and containers little shared memory.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        super().__init__(options=options, service=Service("/usr/bin/chromedriver"))
        self.set_page_load_timeout(PATIENCE_S)
        self.set_script_timeout(PATIENCE_S)

    def of(self, name):
        return self.find_element(By.ID, name)

    def until(self, condition, what):
        return WebDriverWait(self, PATIENCE_S).until(lambda _: condition(), f"not seen: {what}")

    def choose(self, *paths):
        self.of("files").send_keys("\n".join(str(path) for path in paths))

    def until_drawn(self):
        self.until(lambda: self.of("comparison").get_attribute("data-state") == "drawn", "a drawing")
        self.until(lambda: self.execute_script("return document.getElementById('after').complete"), "its picture")

    def drawing(self):
        """The drawing that is shown, as a PNG; its address is one that the page's policy lets nobody fetch."""
        text = self.execute_script(
            """const image = document.getElementById('after'), canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
            canvas.getContext('2d').drawImage(image, 0, 0);
            return canvas.toDataURL('image/png').split(',')[1];"""
        )
        return base64.b64decode(text)

    def complaints(self):
        """What the console has of broken rules and lost scripts."""
        return [entry["message"] for entry in self.get_log("browser") if entry["level"] == "SEVERE"]

    def emulate(self, width, height, dark=False, telephone=False):
        self.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 2 if telephone else 1, "mobile": telephone},
        )
        self.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": telephone})
        self.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
        )

    def picture(self, name):
        if not PICTURES:
            return
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        size = self.execute_script(
            "const {scrollWidth, scrollHeight} = document.documentElement; return [scrollWidth, scrollHeight];"
        )
        shot = self.execute_cdp_cmd(
            "Page.captureScreenshot",
            {
                "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1},
            },
        )
        (Path(PICTURES) / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
